/** The host's report of a push, read while it passes: what became of each ref (gitprotocol-pack, report-status). */
import { band } from './cut.ts';
import { type Pkt, PktLineReader } from './pkt-line.ts';

/** What the host said of one ref. */
export type RefVerdict = { readonly kind: 'applied' } | { readonly kind: 'refused'; readonly why: string };

/** Characters of a host's reason that are kept. */
const longestWhy = 500;

/**
 * Reads a report out of the answer's bytes, in side-bands or bare. Bytes that are no report leave it unread, and nothing
 * throws: the answer goes to the client as it is, whatever it is.
 *
 * Like git's own client it takes `unpack` first, then a line a ref, of which the last counts, up to the flush.
 */
export class ReportReader {
  readonly #outer: PktLineReader;
  readonly #inner: PktLineReader;
  readonly #refs: ReadonlySet<string>;
  readonly #verdicts = new Map<string, RefVerdict>();
  #unpack: string | undefined;
  #state: 'reading' | 'whole' | 'broken' = 'reading';

  /** @param refs the push's refs, as Latin-1 of their bytes: of others nothing is kept */
  constructor(sideBand: boolean, refs: ReadonlySet<string>) {
    this.#refs = refs;
    this.#inner = new PktLineReader((pkt) => this.#line(pkt));
    this.#outer = sideBand ? new PktLineReader((pkt) => this.#banded(pkt)) : this.#inner;
  }

  feed(chunk: Buffer): void {
    if (this.#state !== 'reading') return;
    try {
      this.#outer.feed(chunk);
    } catch {
      this.#state = 'broken';
    }
  }

  /** What `unpack` said, without `unpack `; undefined when no report came. */
  get unpack(): string | undefined {
    return this.#unpack;
  }

  /** @param ref its name as Latin-1 of its bytes */
  verdictOf(ref: string): RefVerdict | undefined {
    return this.#verdicts.get(ref);
  }

  #banded(pkt: Pkt): 'go-on' | 'stop' {
    if (pkt.kind === 'data' && pkt.payload[0] === band.data) this.#inner.feed(pkt.payload.subarray(1));
    return this.#state === 'reading' ? 'go-on' : 'stop';
  }

  #line(pkt: Pkt): 'go-on' | 'stop' {
    if (pkt.kind !== 'data') {
      this.#state = 'whole';
      return 'stop';
    }
    const { payload } = pkt;
    const word = payload.toString('latin1', 0, payload.indexOf(32) + 1);
    if (this.#unpack === undefined) {
      if (word === 'unpack ') this.#unpack = textOf(payload.subarray(7));
      return 'go-on';
    }
    const end = payload.at(-1) === 10 ? payload.length - 1 : payload.length;
    if (word === 'ok ') this.#verdict(payload.toString('latin1', 3, end), { kind: 'applied' });
    else if (word === 'ng ') {
      const blank = payload.indexOf(32, 3);
      const why = blank === -1 ? '' : textOf(payload.subarray(blank + 1));
      this.#verdict(payload.toString('latin1', 3, blank === -1 ? end : blank), { kind: 'refused', why });
    }
    return 'go-on';
  }

  #verdict(ref: string, verdict: RefVerdict): void {
    if (this.#refs.has(ref)) this.#verdicts.set(ref, verdict);
  }
}

/** Text of a host, cut before it is decoded: a slice of a long string would keep all of it alive. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8', 0, 4 * longestWhy).replace(/\n$/, '');
  return text.length > longestWhy ? `${text.slice(0, longestWhy - 1)}…` : text;
}
