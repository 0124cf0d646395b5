/**
 * Protocol v0 and v1 over one stream, which remembers, asked in requests of smart HTTP, which do not: each says again what is
 * wanted and what was found common, as git's own HTTP client does (gitprotocol-pack, gitprotocol-http). A host at the end of a
 * stream of its own is told everything once.
 */
import { FetchRequestReader } from './fetch-request.ts';
import { type FetchRound, type FetchRounds, RequestBytes } from './fetch-rounds.ts';
import { flushPkt, type Pkt, PktLineReader, pktLine } from './pkt-line.ts';
import { fetchFault, tooLongFetch } from './protocol-error.ts';
import { type CommonIds, ReplayedAnswer } from './replayed-answer.ts';
import { SideBandWalker } from './side-band.ts';

/** What the client sent up to one flush, or up to `done`. */
interface Part {
  readonly lines: readonly Buffer[];
  readonly bytes: number;
  readonly haves: ReadonlySet<string>;
  /** Bytes that end it; none for the first request of a fetch with a depth, which asks for its shallow section alone. */
  readonly end: Buffer;
  readonly done: boolean;
}

/** Whether the host is told everything with each request, or has it from the ones before. */
export type HostRemembers = 'nothing' | 'everything';

export class VersionZeroRounds implements FetchRounds {
  readonly #limit: number;
  readonly #pkts: PktLineReader;
  readonly #reader: FetchRequestReader;
  readonly #version: 0 | 1;
  readonly #host: HostRemembers;
  readonly #bytes = new RequestBytes();
  #section: 'wants' | 'haves' | 'end' = 'wants';
  #wants: readonly Buffer[] = [];
  #haves = new Set<string>();
  #waiting: Part[] = [];
  #waitingBytes = 0;
  readonly #common: CommonIds = { ids: new Set(), saidOnce: false };

  /** @param limit bytes one request may have, with all that it says again */
  constructor(version: 0 | 1, limit: number, host: HostRemembers = 'nothing') {
    this.#version = version;
    this.#host = host;
    this.#limit = limit;
    this.#reader = new FetchRequestReader(version);
    this.#pkts = new PktLineReader((pkt) => {
      this.#pkt(pkt);
      return 'go-on';
    });
  }

  feed(chunk: Buffer): void {
    this.#pkts.feed(chunk);
  }

  next(): FetchRound | 'over' | undefined {
    const part = this.#waiting.shift();
    if (part === undefined) return this.#section === 'end' ? 'over' : undefined;
    this.#waitingBytes -= part.bytes;
    if (this.#host === 'everything') return this.#onStream(part);
    const { done } = part;
    const said = part.end.length === 0 ? [] : [...this.#common.ids].map((id) => pktLine(`have ${id}\n`));
    const body = [...this.#wants, ...said, ...part.lines, part.end];
    const bytes = body.reduce((sum, { length }) => sum + length, 0);
    if (bytes > this.#limit) throw tooLongFetch(this.#limit);
    const asksShallow = this.#reader.request().depth !== undefined;
    const walker = new ReplayedAnswer(
      new SideBandWalker({ ...this.#reader.answerShape(), version: this.#version, done }),
      !asksShallow ? 'none' : part.end.length === 0 ? 'alone' : 'again',
      this.#common,
      part.haves,
    );
    return { body, bytes, walker, until: 'stream' };
  }

  /** Told once: the wants stand in front of what comes first. */
  #onStream({ lines, bytes, haves, end, done }: Part): FetchRound {
    const wants = this.#wants;
    this.#wants = [];
    const body = [...wants, ...lines, end];
    const asksShallow = end.length === 0;
    const shape = { ...this.#reader.answerShape(), version: this.#version, done };
    const { saidOnce } = this.#common;
    const total = wants.reduce((sum, { length }) => sum + length, bytes);
    if (done && saidOnce) {
      const walker = new SideBandWalker({ ...shape, packAtOnce: true });
      return { body, bytes: total, walker, until: shape.sideBand ? 'flush' : 'stream' };
    }
    // Nothing is said again, and so nothing that is acknowledged is known already.
    this.#common.ids.clear();
    const walker = new ReplayedAnswer(
      new SideBandWalker(shape),
      asksShallow ? 'alone' : 'none',
      this.#common,
      haves,
    );
    const behind = done ? (shape.sideBand ? 'flush' : 'stream') : saidOnce ? 'nothing' : 'acknowledged';
    return { body, bytes: total, walker, until: asksShallow ? 'flush' : behind };
  }

  get isAtRest(): boolean {
    return this.#section !== 'haves' && this.#bytes.bytes === 0 && this.#pkts.atBoundary;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  #pkt(pkt: Pkt): void {
    if (this.#section === 'end') throw fetchFault('something stands behind its end');
    if (pkt.kind === 'flush') {
      this.#flush();
      return;
    }
    if (pkt.kind !== 'data' || pkt.payload.length === 0)
      throw fetchFault('a pkt without a line stands in it');
    const line = pktLine(pkt.payload);
    this.#reader.feed(line);
    if (this.#reader.answerShape().noDone) throw fetchFault('the capability "no-done" was not offered');
    if (this.#reader.request().done) {
      this.#section = 'end';
      this.#part(line, true);
      return;
    }
    this.#bytes.add(line);
    if (this.#bytes.bytes > this.#limit) throw tooLongFetch(this.#limit);
    if (this.#section === 'haves')
      this.#haves.add(pkt.payload.toString('latin1').trim().slice('have '.length));
  }

  #flush(): void {
    if (this.#section === 'haves') {
      this.#part(flushPkt, false);
      return;
    }
    if (this.#reader.request().wantCount === 0) {
      if (this.#bytes.bytes > 0) throw fetchFault('it wants nothing');
      // A lone flush: the client has all it wanted to know.
      this.#section = 'end';
      return;
    }
    this.#reader.feed(flushPkt);
    this.#bytes.add(flushPkt);
    this.#wants = this.#bytes.take();
    this.#section = 'haves';
    if (this.#reader.request().depth !== undefined) this.#part(Buffer.alloc(0), false);
  }

  #part(end: Buffer, done: boolean): void {
    const bytes = this.#bytes.bytes + end.length;
    this.#waiting.push({ lines: this.#bytes.take(), bytes, haves: this.#haves, end, done });
    this.#waitingBytes += bytes;
    this.#haves = new Set();
  }
}
