/** A fetch that comes as one stream, cut into the requests that smart HTTP asks it in (gitprotocol-http, gitprotocol-v2). */
import type { SectionUntil } from './section-end.ts';
import type { AnswerWalker } from './side-band.ts';

/** One request for the host, and what walks its answer. */
export interface FetchRound {
  readonly body: readonly Buffer[];
  readonly bytes: number;
  readonly walker: AnswerWalker & { readonly carriedPack: boolean };
  /** Where its answer ends, on a stream that goes on. */
  readonly until: SectionUntil;
}

/** The client's side of a fetch: bytes go in as they come, whole requests come out in their order. */
export interface FetchRounds {
  /** Throws a `ProtocolError` for what is not allowed, and for a request longer than the limit. */
  feed(chunk: Buffer): void;
  /**
   * The next request, made from what its forerunners were answered: to be taken once they are over. `over`: the client has
   * said that nothing more comes; undefined: more of its bytes are needed.
   */
  next(): FetchRound | 'over' | undefined;
  /** Nothing is begun, and nothing waits: a stream that ends here has ended well. */
  readonly isAtRest: boolean;
  /** Bytes of whole requests that wait to be taken. */
  readonly waitingBytes: number;
}

/** Bytes of a request while they come in. */
export class RequestBytes {
  #pieces: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    // Many short lines must not become many small buffers.
    if (this.#pieces.length > 1_000) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  /** Hands out what came, and begins anew. */
  take(): readonly Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    return pieces;
  }
}
