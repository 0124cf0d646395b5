/** The options of a push: data for the host's hooks; signed ones are said twice and must be the same (gitprotocol-pack). */
import { pushFault } from './protocol-error.ts';

/** Collects push options up to a bound. Throws a `ProtocolError` with code `PROTOCOL_COMMANDS` for what is none. */
export class PushOptions {
  readonly #most: number;
  readonly #all: (string | Buffer)[] = [];
  #repeated = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** As they came; bytes where they are not UTF-8. */
  get all(): readonly (string | Buffer)[] {
    return this.#all;
  }

  /** The next option, without a line end. */
  add(bytes: Buffer): void {
    if (this.#all.length >= this.#most) throw pushFault(`more than ${this.#most} push options`);
    if (bytes.includes(0) || bytes.includes(10)) throw pushFault('a push option holds NUL or a line end');
    const text = bytes.toString('utf8');
    this.#all.push(Buffer.from(text).equals(bytes) ? text : Buffer.from(bytes));
  }

  /** The next option of a certificate, said again outside it. */
  repeat(bytes: Buffer): void {
    const signed = this.#all[this.#repeated];
    this.#repeated += 1;
    if (signed === undefined || !Buffer.from(signed).equals(bytes)) throw differ();
  }

  /** All of a certificate's options must have been said again. */
  endOfRepeated(): void {
    if (this.#repeated !== this.#all.length) throw differ();
  }
}

function differ(): Error {
  return pushFault('the push options differ from those in the certificate');
}
