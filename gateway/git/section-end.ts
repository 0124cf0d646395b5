/** Where one answer of a host ends on a stream that goes on: over HTTP the response says it, here the pkts do (gitprotocol-pack, -v2). */
import { type Pkt, PktLineReader } from './pkt-line.ts';

/**
 * `flush`: behind the next flush-pkt. `acknowledged`: behind `NAK`, with which a flush of haves is answered, or behind a bare
 * `ACK`, after which a client without `multi_ack` is answered nothing more. `nothing`: there is none. `stream`: it ends with the
 * stream.
 */
export type SectionUntil = 'flush' | 'acknowledged' | 'nothing' | 'stream';

/** Walks an answer to its end. Copies nothing but digits and lines split over two chunks. */
export class SectionEnd {
  readonly #until: SectionUntil;
  readonly #reader: PktLineReader;
  #isOver: boolean;

  constructor(until: SectionUntil) {
    this.#until = until;
    this.#isOver = until === 'nothing';
    this.#reader = new PktLineReader((pkt) => {
      this.#isOver = this.#ends(pkt);
      return this.#isOver ? 'stop' : 'go-on';
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many bytes of the chunk belong to the answer. Throws a `ProtocolError` for framing that is none. */
  feed(chunk: Buffer): number {
    if (this.#isOver) return 0;
    if (this.#until === 'stream') return chunk.length;
    const rest = this.#reader.feed(chunk);
    return chunk.length - (rest?.length ?? 0);
  }

  #ends(pkt: Pkt): boolean {
    if (this.#until === 'flush') return pkt.kind === 'flush';
    if (pkt.kind !== 'data' || pkt.payload.length > 70) return false;
    return /^(NAK|ACK [0-9a-f]+)\n?$/.test(pkt.payload.toString('latin1'));
  }
}
