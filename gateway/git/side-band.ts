/** Where the answer of a fetch stands, pkt by pkt, so that it can be ended at any moment in the words of that moment. */
import { pktLength } from './pkt-line.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ProtocolVersion } from './service.ts';

/**
 * `text`: lines; an `ERR` pkt is understood. `pack`: the pack in side-bands; bands 2 and 3 are understood.
 * `raw`: the pack without side-band; nothing can be said. `end`: the closing flush has passed.
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
}

/** A stretch of an answer's bytes that stands between two boundaries; `held` of it are still incomplete. */
export interface AnswerWalker {
  /** Takes the next bytes and returns those that may go down: whole pkts only. */
  feed(chunk: Buffer): readonly Buffer[];
  readonly state: AnswerState;
  /** Nothing is held back. */
  readonly atBoundary: boolean;
}

const nothing: readonly Buffer[] = [];

/** Walks an answer. Costs a few reads a pkt and copies nothing but digits and lines split over two chunks. */
export class SideBandWalker implements AnswerWalker {
  readonly #shape: AnswerShape;
  #state: AnswerState = 'text';
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes of the incomplete pkt still to come; 0 while its four digits are not all there. */
  #missing = 0;
  #offset = 0;
  #carriedPack = false;

  constructor(shape: AnswerShape) {
    this.#shape = shape;
  }

  get state(): AnswerState {
    return this.#state;
  }

  get atBoundary(): boolean {
    return this.#heldBytes === 0 || this.#state === 'raw';
  }

  /** A pack has begun to come down. */
  get carriedPack(): boolean {
    return this.#carriedPack;
  }

  /** Throws a `ProtocolError` for framing that is none, or sections that lead elsewhere. */
  feed(chunk: Buffer): readonly Buffer[] {
    if (this.#state === 'raw') return [chunk];
    let bytes = chunk;
    // Digits split over two chunks are joined; that is at most three bytes.
    if (this.#missing === 0 && this.#heldBytes > 0) {
      bytes = Buffer.concat([...this.#held, chunk]);
      this.#held = [];
      this.#heldBytes = 0;
    }
    let at = 0;
    if (this.#missing > 0) {
      if (bytes.length < this.#missing) return this.#hold(bytes, bytes.length);
      at = this.#missing;
      this.#missing = 0;
      if (this.#state === 'text') {
        const line = Buffer.concat([...this.#held, bytes.subarray(0, at)]);
        this.#read(line, 4, line.length);
      }
    }
    let boundary = at;
    while (bytes.length - boundary >= 4 && !this.#isRaw()) {
      const length = pktLength(bytes, boundary, this.#offset + boundary);
      if (length < 4) {
        boundary += 4;
        if (length === 0) this.#flush();
        continue;
      }
      if (bytes.length - boundary < length) {
        this.#missing = length - (bytes.length - boundary);
        break;
      }
      if (this.#state === 'text') this.#read(bytes, boundary + 4, boundary + length);
      boundary += length;
    }
    if (this.#isRaw()) boundary = bytes.length;
    const whole = this.#emit(bytes, boundary);
    if (boundary < bytes.length) {
      this.#held = [bytes.subarray(boundary)];
      this.#heldBytes = bytes.length - boundary;
    }
    return whole;
  }

  #emit(bytes: Buffer, boundary: number): readonly Buffer[] {
    this.#offset += boundary;
    if (boundary === 0) return nothing;
    const last = boundary === bytes.length ? bytes : bytes.subarray(0, boundary);
    if (this.#heldBytes === 0) return [last];
    const whole = [...this.#held, last];
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  #hold(bytes: Buffer, size: number): readonly Buffer[] {
    this.#held.push(bytes);
    this.#heldBytes += size;
    this.#missing -= size;

    if (this.#held.length > 64) this.#held = [Buffer.concat(this.#held)];
    return nothing;
  }

  #enter(state: 'pack' | 'raw'): void {
    this.#state = state;
    this.#carriedPack = true;
  }

  #isRaw(): boolean {
    return this.#state === 'raw';
  }

  #flush(): void {
    // In v0 and v1 a flush also closes the shallow section, before the acknowledgments.
    if (this.#shape.version === 2 || this.#state === 'pack') this.#state = 'end';
  }

  /** One line of the text state: is it the one after which the pack comes? */
  #read(bytes: Buffer, start: number, end: number): void {
    const { version, holdsPack, sideBand, done } = this.#shape;
    if (!holdsPack) return;
    const first = bytes[start] ?? 0;
    if (version === 2) {
      if (first !== 0x70 || end - start > 14) return;
      const line = bytes.toString('latin1', start, end).replace(/\n$/, '');
      if (line === 'packfile') this.#enter('pack');
      else if (line === 'packfile-uris')
        throw new ProtocolError(
          'PROTOCOL_ADVERTISEMENT',
          'the host answers with packfile-uris, which lead elsewhere',
        );
      return;
    }
    const pack: AnswerState = sideBand ? 'pack' : 'raw';
    if (first >= 1 && first <= 3) this.#enter(pack);
    else if (first === 0x4e && done && isLine(bytes, start, end, 'NAK')) this.#enter(pack);
    // `ACK <id>` without a word behind it is the last one.
    else if (first === 0x41 && /^ACK [0-9a-f]+\n?$/.test(bytes.toString('latin1', start, end)))
      this.#enter(pack);
  }
}

function isLine(bytes: Buffer, start: number, end: number, text: string): boolean {
  return bytes.toString('latin1', start, end).replace(/\n$/, '') === text;
}
