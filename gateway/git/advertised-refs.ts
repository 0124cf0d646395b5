/** Where some refs stand, read from a host's advertisement for a push (protocol version 0). */
import { PktLineReader } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';

/** A host with more refs than this many bytes of advertisement can name is not asked further. */
const longestAdvertisement = 256 * 1024 * 1024;

/** Keeps the ids of the refs that are looked for and nothing else, however many the host has. */
export class AdvertisedRefs {
  /** Ids by the name's bytes as latin1; what is not in it when `isWhole` is not on the host. */
  readonly found = new Map<string, string>();
  readonly #wanted: ReadonlySet<string>;
  readonly #reader: PktLineReader;
  #bytes = 0;
  #flushes = 0;
  #refsSeen = false;

  /** @param wanted names' bytes as latin1 */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
    this.#reader = new PktLineReader((pkt) => {
      if (pkt.kind === 'flush') this.#flushes += 1;
      else if (pkt.kind === 'data') this.#line(pkt.payload);
      return 'go-on';
    });
  }

  /** The list of refs has come to its end. */
  get isWhole(): boolean {
    return this.#refsSeen && this.#flushes > 0;
  }

  /** Throws a `ProtocolError` for what is no advertisement. */
  feed(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > longestAdvertisement)
      throw new ProtocolError(
        'PROTOCOL_TOO_LARGE',
        `the host's advertisement is longer than ${longestAdvertisement} bytes`,
      );
    this.#reader.feed(chunk);
  }

  #line(payload: Buffer): void {
    const line = payload.toString('latin1').replace(/\n$/, '');
    if (line.startsWith('# service=')) return;
    // The flush behind the service line is not the list's.
    if (!this.#refsSeen) this.#flushes = 0;
    this.#refsSeen = true;
    const [ref = ''] = line.split('\0', 1);
    const blank = ref.indexOf(' ');
    const name = ref.slice(blank + 1);
    if (blank > 0 && this.#wanted.has(name)) this.found.set(name, ref.slice(0, blank));
  }
}
