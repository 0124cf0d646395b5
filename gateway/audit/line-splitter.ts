/** Cuts a stream of bytes into lines, in bounded memory. */

/** One line without its newline, and where it begins in the stream. */
export interface Line {
  readonly bytes: Buffer;
  readonly offset: number;
  /** False for what stands behind the last newline, and for the head of a line that is too long. */
  readonly whole: boolean;
}

/**
 * Takes chunks, gives lines. Of a line longer than `limit` only the first `limit` + 1 bytes are given, as not whole, and the rest is skipped.
 */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #held = 0;
  #skipping = false;
  #offset: number;

  constructor(limit: number, offset = 0) {
    this.#limit = limit;
    this.#offset = offset;
  }

  /** The lines that end in this chunk. They are views of it: use them before the chunk is reused. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      const piece = chunk.subarray(from, end);
      if (this.#skipping) this.#offset += piece.length + 1;
      else if (this.#held + piece.length > this.#limit) {
        lines.push(this.#give(piece.subarray(0, this.#limit + 1 - this.#held), false));
        this.#offset += this.#held + piece.length + 1;
      } else {
        lines.push(this.#give(piece, true));
        this.#offset += this.#held + piece.length + 1;
      }
      this.#parts = [];
      this.#held = 0;
      this.#skipping = false;
      from = end + 1;
    }
    this.#hold(chunk.subarray(from), lines);
    return lines;
  }

  /** What stands behind the last newline, if anything. */
  end(): Line | undefined {
    if (this.#held === 0) return undefined;
    return this.#give(Buffer.alloc(0), false);
  }

  #hold(rest: Buffer, lines: Line[]): void {
    if (this.#skipping) this.#offset += rest.length;
    else if (this.#held + rest.length > this.#limit) {
      lines.push(this.#give(rest.subarray(0, this.#limit + 1 - this.#held), false));
      this.#offset += this.#held + rest.length;
      this.#parts = [];
      this.#held = 0;
      this.#skipping = true;
    } else if (rest.length > 0) {
      this.#parts.push(Buffer.from(rest));
      this.#held += rest.length;
    }
  }

  #give(last: Buffer, whole: boolean): Line {
    const bytes = this.#held === 0 ? last : Buffer.concat([...this.#parts, last]);
    return { bytes, offset: this.#offset, whole };
  }
}
