/** Protocol v2 over one stream: each command up to its flush is a request of its own, complete in itself (gitprotocol-v2). */
import { FetchRequestReader } from './fetch-request.ts';
import { type FetchRound, type FetchRounds, RequestBytes } from './fetch-rounds.ts';
import { delimPkt, flushPkt, type Pkt, PktLineReader, pktLine, responseEndPkt } from './pkt-line.ts';
import { fetchFault, tooLongFetch } from './protocol-error.ts';
import { SideBandWalker } from './side-band.ts';

export class VersionTwoRounds implements FetchRounds {
  readonly #limit: number;
  readonly #pkts: PktLineReader;
  readonly #bytes = new RequestBytes();
  #reader: FetchRequestReader | undefined;
  readonly #waiting: FetchRound[] = [];
  #waitingBytes = 0;
  #isOver = false;

  /** @param limit bytes one request may have */
  constructor(limit: number) {
    this.#limit = limit;
    this.#pkts = new PktLineReader((pkt) => {
      this.#pkt(pkt);
      return 'go-on';
    });
  }

  feed(chunk: Buffer): void {
    this.#pkts.feed(chunk);
  }

  next(): FetchRound | 'over' | undefined {
    const round = this.#waiting.shift();
    if (round === undefined) return this.#isOver ? 'over' : undefined;
    this.#waitingBytes -= round.bytes;
    return round;
  }

  get isAtRest(): boolean {
    return this.#reader === undefined && this.#pkts.atBoundary && this.#waiting.length === 0;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  #pkt(pkt: Pkt): void {
    if (this.#isOver) throw fetchFault('something stands behind its end');
    // A lone flush: the client is done with this connection.
    if (this.#reader === undefined && pkt.kind === 'flush') {
      this.#isOver = true;
      return;
    }
    const reader = this.#reader ?? new FetchRequestReader(2);
    this.#reader = reader;
    const piece = bytesOf(pkt);
    reader.feed(piece);
    this.#bytes.add(piece);
    if (this.#bytes.bytes > this.#limit) throw tooLongFetch(this.#limit);
    if (pkt.kind !== 'flush') return;
    reader.end();
    const { bytes } = this.#bytes;
    this.#waiting.push({
      body: this.#bytes.take(),
      bytes,
      walker: new SideBandWalker(reader.answerShape()),
      until: 'flush',
    });
    this.#waitingBytes += bytes;
    this.#reader = undefined;
  }
}

function bytesOf(pkt: Pkt): Buffer {
  switch (pkt.kind) {
    case 'flush':
      return flushPkt;
    case 'delim':
      return delimPkt;
    case 'response-end':
      return responseEndPkt;
    case 'data':
      if (pkt.payload.length === 0) throw fetchFault('an empty line stands in it');
      return pktLine(pkt.payload);
  }
}
