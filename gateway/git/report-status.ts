/** The host's report of a push, read while it passes: what became of each ref (gitprotocol-pack, report-status). */
import { band } from './cut.ts';
import { type Pkt, PktLineReader } from './pkt-line.ts';

/** What the host said of one ref. */
export type RefVerdict = { readonly kind: 'applied' } | { readonly kind: 'refused'; readonly why: string };

const longestWhy = 500;

/**
 * Reads a report out of the answer's bytes, in side-bands or bare. Bytes that are no report leave it unread, and nothing
 * throws: the answer goes to the client as it is, whatever it is.
 */
export class ReportReader {
  readonly #outer: PktLineReader;
  readonly #inner: PktLineReader;
  readonly #verdicts = new Map<string, RefVerdict>();
  readonly #limit: number;
  #unpack: string | undefined;
  #broken = false;

  /** @param limit how many refs to keep: those of the push */
  constructor(sideBand: boolean, limit: number) {
    this.#limit = limit;
    this.#inner = new PktLineReader((pkt) => this.#line(pkt));
    this.#outer = sideBand ? new PktLineReader((pkt) => this.#banded(pkt)) : this.#inner;
  }

  feed(chunk: Buffer): void {
    if (this.#broken) return;
    try {
      this.#outer.feed(chunk);
    } catch {
      this.#broken = true;
    }
  }

  /** What `unpack` said, without `unpack `; undefined when no report came. */
  get unpack(): string | undefined {
    return this.#unpack;
  }

  /** Ref names as Latin-1 of their bytes. */
  verdictOf(ref: string): RefVerdict | undefined {
    return this.#verdicts.get(ref);
  }

  #banded(pkt: Pkt): 'go-on' {
    if (pkt.kind === 'data' && pkt.payload[0] === band.data) this.#inner.feed(pkt.payload.subarray(1));
    return 'go-on';
  }

  #line(pkt: Pkt): 'go-on' {
    if (pkt.kind !== 'data') return 'go-on';
    const line = pkt.payload.toString('latin1').replace(/\n$/, '');
    if (line.startsWith('unpack ')) this.#unpack = utf8(line.slice(7)).slice(0, longestWhy);
    if (this.#verdicts.size >= this.#limit) return 'go-on';
    if (line.startsWith('ok ')) this.#verdicts.set(line.slice(3), { kind: 'applied' });
    else if (line.startsWith('ng ')) {
      const space = line.indexOf(' ', 3);
      const ref = space === -1 ? line.slice(3) : line.slice(3, space);
      const why = space === -1 ? '' : utf8(line.slice(space + 1)).slice(0, longestWhy);
      this.#verdicts.set(ref, { kind: 'refused', why });
    }
    return 'go-on';
  }
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
