/** An answer to a request that says again what was said before, as the stream that remembers would have had it (gitprotocol-pack). */
import { flushPkt, type Pkt, PktLineReader, pktLine } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { AnswerState, AnswerWalker, SideBandWalker } from './side-band.ts';

/** What the host has acknowledged in all requests of one fetch so far. */
export interface CommonIds {
  /** Ids to be said again. Only ids that the client has said come in. */
  readonly ids: Set<string>;
  /** A bare `ACK` has come down: a fetch has one, whatever its dialect. */
  saidOnce: boolean;
}

const nothing: readonly Buffer[] = [];

/**
 * Walks such an answer and leaves out what the client has had: the shallow section, and acknowledgments of ids that were
 * said again. From the pack on everything passes.
 */
export class ReplayedAnswer implements AnswerWalker {
  readonly #inner: SideBandWalker;
  readonly #pkts: PktLineReader;
  readonly #common: CommonIds;
  readonly #said: ReadonlySet<string>;
  #shallow: 'none' | 'alone' | 'again';
  #isText = true;
  #pieces: Buffer[] = [];

  /**
   * @param shallow whether a shallow section comes: `alone`, for the first time and with nothing behind it, or `again`
   * @param said the ids that this request says for the first time
   */
  constructor(
    inner: SideBandWalker,
    shallow: 'none' | 'alone' | 'again',
    common: CommonIds,
    said: ReadonlySet<string>,
  ) {
    this.#inner = inner;
    this.#shallow = shallow;
    this.#common = common;
    this.#said = said;
    this.#pkts = new PktLineReader((pkt) => (this.#pkt(pkt) ? 'go-on' : 'stop'));
  }

  get state(): AnswerState {
    return this.#inner.state;
  }

  get mayEnd(): boolean {
    if (this.#inner.state === 'end') return this.#inner.mayEnd;
    return this.#shallow === 'none' && this.#inner.mayEnd && (!this.#isText || this.#pkts.atBoundary);
  }

  get carriedPack(): boolean {
    return this.#inner.carriedPack;
  }

  feed(chunk: Buffer): readonly Buffer[] {
    if (!this.#isText) return this.#inner.feed(chunk);
    const rest = this.#pkts.feed(chunk);
    const pieces = this.#pieces;
    this.#pieces = [];
    const behind = rest === undefined || rest.length === 0 ? nothing : this.#inner.feed(rest);
    return [...pieces, ...behind];
  }

  /** Lets one pkt pass or drops it; false once the rest of the answer needs no looking at. */
  #pkt(pkt: Pkt): boolean {
    const bytes = bytesOf(pkt);
    // What is dropped is walked too: where the answer stands does not depend on who has had it.
    const passes = this.#inner.feed(bytes);
    const { state } = this.#inner;
    if (state === 'end' || this.#isNew(pkt)) this.#pieces.push(...passes);
    this.#isText = state === 'text';
    return this.#isText;
  }

  #isNew(pkt: Pkt): boolean {
    if (this.#shallow !== 'none') {
      const isFirst = this.#shallow === 'alone';
      if (pkt.kind === 'flush') this.#shallow = 'none';
      return isFirst;
    }
    return pkt.kind !== 'data' || !isAcknowledgment(pkt.payload) || this.#isNewAcknowledgment(pkt.payload);
  }

  #isNewAcknowledgment(payload: Buffer): boolean {
    const [, id = '', how] = payload.toString('latin1').replace(/\n$/, '').split(' ');
    const { ids } = this.#common;
    const isKnown = ids.has(id);
    if (this.#said.has(id)) ids.add(id);
    if (how !== undefined) return how === 'ready' || !isKnown;
    // With `multi_ack` a bare one is the last line before the pack; without, the only one there is.
    const isNew = !this.#common.saidOnce;
    this.#common.saidOnce = true;
    return isNew;
  }
}

/** `ACK <id>`, and a word behind it in the dialects of `multi_ack`. */
function isAcknowledgment(payload: Buffer): boolean {
  return (
    payload.length < 100 && /^ACK [0-9a-f]+( (common|continue|ready))?\n?$/.test(payload.toString('latin1'))
  );
}

function bytesOf(pkt: Pkt): Buffer {
  if (pkt.kind === 'flush') return flushPkt;
  if (pkt.kind === 'data' && pkt.payload.length > 0) return pktLine(pkt.payload);
  throw new ProtocolError(
    'PROTOCOL_ADVERTISEMENT',
    "the host's answer has a pkt without a line where it cannot",
  );
}
