/** What `git archive --remote` sends: its arguments, up to a flush; the host says whether it goes on, and then the archive (git-upload-archive). */
import { type FetchRound, type FetchRounds, RequestBytes } from './fetch-rounds.ts';
import { flushPkt, type Pkt, PktLineReader, pktLine } from './pkt-line.ts';
import { fetchFault, tooLongFetch } from './protocol-error.ts';
import { type AnswerShape, SideBandWalker } from './side-band.ts';

/** The acknowledgment is text, what follows it comes in side-bands as a pack does. */
const acknowledgment: AnswerShape = {
  version: 0,
  holdsPack: true,
  sideBand: true,
  done: false,
  noDone: false,
};
const archive: AnswerShape = { ...acknowledgment, done: true, packAtOnce: true };

export class ArchiveRounds implements FetchRounds {
  readonly #limit: number;
  readonly #pkts: PktLineReader;
  readonly #bytes = new RequestBytes();
  readonly #waiting: FetchRound[] = [];
  #isAsked = false;

  /** @param limit bytes the arguments may have */
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
    return this.#waiting.shift() ?? (this.#isAsked ? 'over' : undefined);
  }

  get isAtRest(): boolean {
    return this.#isAsked && this.#waiting.length === 0;
  }

  get waitingBytes(): number {
    return 0;
  }

  #pkt(pkt: Pkt): void {
    if (this.#isAsked) throw fetchFault('something stands behind its end');
    if (pkt.kind === 'flush') {
      this.#isAsked = true;
      this.#bytes.add(flushPkt);
      const { bytes } = this.#bytes;
      const body = this.#bytes.take();
      this.#waiting.push(
        { body, bytes, walker: new SideBandWalker(acknowledgment), until: 'flush' },
        { body: [], bytes: 0, walker: new SideBandWalker(archive), until: 'flush' },
      );
      return;
    }
    if (pkt.kind !== 'data' || !/^argument [^\0]*\n?$/.test(pkt.payload.toString('latin1')))
      throw fetchFault('it holds something else than arguments');
    this.#bytes.add(pktLine(pkt.payload));
    if (this.#bytes.bytes > this.#limit) throw tooLongFetch(this.#limit);
  }
}
