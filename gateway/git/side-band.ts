/** Where the answer of a fetch stands, pkt by pkt, so that it can be ended at any moment in the words of that moment. */
import { pktLength } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ProtocolVersion } from './service.ts';

/**
 * `text`: lines; an `ERR` pkt is understood. `pack`: the pack in side-bands; bands 2 and 3 are understood.
 * `raw`: the pack without side-band; nothing can be said. `end`: the closing flush has passed, or the host's own `ERR`.
 */
export type AnswerState = 'text' | 'pack' | 'raw' | 'end';

/** What of the request decides how its answer is laid out. */
export interface AnswerShape {
  readonly version: ProtocolVersion;
  /** v2 command `fetch`, or any v0 or v1 fetch; `ls-refs` and the like never hold a pack. */
  readonly holdsPack: boolean;
  /** v0 and v1: `side-band` or `side-band-64k` was chosen. In v2 it always is. */
  readonly sideBand: boolean;
  /** v0 and v1: the request said `done`, so a `NAK` is the last line before the pack. */
  readonly done: boolean;
  /** v0 and v1: `no-done` was chosen, so a last `ACK` may come, and the pack behind it, though `done` was not said. */
  readonly noDone: boolean;
  /** v0 and v1 on a stream: the only acknowledgment there is has come in an earlier answer, so the pack begins at once. */
  readonly packAtOnce?: boolean;
}

/** What walks an answer's bytes and hands on whole pkts. */
export interface AnswerWalker {
  /** Takes the next bytes and returns those that may go down: whole pkts only. */
  feed(chunk: Buffer): readonly Buffer[];
  readonly state: AnswerState;
  /** The answer is whole when it ends here: nothing is held back, and what its layout asks for has come. */
  readonly mayEnd: boolean;
}

const nothing: readonly Buffer[] = [];

/**
 * Walks an answer. Costs a few reads a pkt and copies nothing but digits and lines split over two chunks. `feed` throws a
 * `ProtocolError` for framing that is none, and for sections that lead elsewhere.
 */
export class SideBandWalker implements AnswerWalker {
  readonly #shape: AnswerShape;
  #state: AnswerState = 'text';
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes of the incomplete pkt still to come; 0 while its four digits are not all there. */
  #missing = 0;
  /** Bytes handed on so far. */
  #offset = 0;
  #carriedPack = false;

  constructor(shape: AnswerShape) {
    this.#shape = shape;
    if (shape.packAtOnce === true) this.#state = shape.sideBand ? 'pack' : 'raw';
  }

  get state(): AnswerState {
    return this.#state;
  }

  get mayEnd(): boolean {
    const { version, done } = this.#shape;
    if (this.#state === 'raw') return true;
    if (this.#heldBytes > 0 || this.#state === 'pack') return false;
    // A round of v0 ends without a flush, in the middle of the negotiation.
    return this.#state === 'end' || (version !== 2 && !done);
  }

  /** Bytes of a pack have begun to come down. */
  get carriedPack(): boolean {
    return this.#carriedPack;
  }

  feed(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return nothing;
    if (this.#isRaw()) return this.#raw(chunk);
    let bytes = chunk;
    // Digits split over two chunks are joined; that is at most three bytes.
    if (this.#missing === 0 && this.#heldBytes > 0) {
      bytes = Buffer.concat([...this.#held, chunk]);
      this.#held = [];
      this.#heldBytes = 0;
    }
    let boundary = 0;
    if (this.#missing > 0) {
      if (bytes.length < this.#missing) return this.#hold(bytes);
      boundary = this.#missing;
      this.#missing = 0;
      if (this.#mustRead()) {
        const line = Buffer.concat([...this.#held, bytes.subarray(0, boundary)]);
        this.#read(line, 4, line.length);
      }
    }
    const before = this.#offset + this.#heldBytes;
    while (bytes.length - boundary >= 4 && !this.#isRaw()) {
      const length = pktLength(bytes, boundary, before + boundary);
      if (this.#state === 'end') throw unexpected('bytes behind its end');
      if (length < 4) {
        this.#special(length);
        boundary += 4;
        continue;
      }
      if (bytes.length - boundary < length) {
        this.#missing = length - (bytes.length - boundary);
        break;
      }
      if (this.#mustRead()) this.#read(bytes, boundary + 4, boundary + length);
      boundary += length;
    }
    if (this.#isRaw()) {
      if (boundary < bytes.length) this.#carriedPack = true;
      boundary = bytes.length;
    }
    return this.#emit(bytes, boundary);
  }

  #raw(chunk: Buffer): readonly Buffer[] {
    this.#carriedPack = true;
    return [chunk];
  }

  /** Hands on what stands before `boundary`, and holds the rest: the beginning of one pkt. */
  #emit(bytes: Buffer, boundary: number): readonly Buffer[] {
    let whole = nothing;
    if (boundary > 0) {
      const last = boundary === bytes.length ? bytes : bytes.subarray(0, boundary);
      whole = this.#heldBytes === 0 ? [last] : [...this.#held, last];
      this.#offset += this.#heldBytes + boundary;
      this.#held = [];
      this.#heldBytes = 0;
    }
    if (boundary < bytes.length) {
      this.#held = [bytes.subarray(boundary)];
      this.#heldBytes = bytes.length - boundary;
    }
    return whole;
  }

  #hold(bytes: Buffer): readonly Buffer[] {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#missing -= bytes.length;
    // Many tiny chunks of one pkt must not become many tiny buffers.
    if (this.#held.length > 64) this.#held = [Buffer.concat(this.#held)];
    return nothing;
  }

  #isRaw(): boolean {
    return this.#state === 'raw';
  }

  /** A flush, or one of the pkts that only v2 has. */
  #special(length: number): void {
    const { version } = this.#shape;
    if (length !== 0) {
      // A response-end never crosses the wire: git's own helpers put it in behind it.
      if (length === 2 || version !== 2 || this.#state !== 'text')
        throw unexpected(length === 1 ? 'a delim pkt' : 'a response-end pkt');
      return;
    }
    // In v0 and v1 a flush also closes the shallow section, before the acknowledgments.
    if (version === 2 || this.#state === 'pack') this.#state = 'end';
  }

  /** Whether a pkt's payload says anything: in a pack only the first of its bytes does. */
  #mustRead(): boolean {
    return this.#state === 'text' || !this.#carriedPack;
  }

  #read(bytes: Buffer, start: number, end: number): void {
    if (start === end) return;
    const first = bytes[start] ?? 0;
    if (this.#state === 'pack') {
      if (first === 1) this.#carriedPack = true;
      return;
    }
    const line = (): string => bytes.toString('latin1', start, end).replace(/\n$/, '');
    // `ERR `: the host's last words.
    if (first === 0x45 && bytes.toString('latin1', start, Math.min(end, start + 4)) === 'ERR ') {
      this.#state = 'end';
      return;
    }
    if (!this.#shape.holdsPack) return;
    if (this.#shape.version === 2) {
      if (first === 0x70 && end - start <= 14) this.#section(line());
      return;
    }
    const { sideBand, done, noDone } = this.#shape;
    const pack: AnswerState = sideBand ? 'pack' : 'raw';
    if (first >= 1 && first <= 3 && sideBand) {
      this.#state = pack;
      this.#read(bytes, start, end);
    } else if (first === 0x4e && done && end - start <= 4 && line() === 'NAK') this.#state = pack;
    // `ACK <id>` without a word behind it is the last one; without multi_ack also the first, while there is no `done` yet.
    else if (first === 0x41 && (done || noDone) && end - start <= 69 && /^ACK [0-9a-f]+$/.test(line()))
      this.#state = pack;
  }

  #section(name: string): void {
    if (name === 'packfile') this.#state = 'pack';
    else if (name === 'packfile-uris') throw unexpected('packfile-uris, which lead elsewhere');
  }
}

function unexpected(what: string): ProtocolError {
  return new ProtocolError('PROTOCOL_ADVERTISEMENT', `the host's answer has ${what} where it cannot`);
}
