/** When a writer signs: so often that never more than an announced number of lines is without a checkpoint. */
import { type AuditKey, type ChainHead, checkpointBody } from './checkpoint.ts';
import type { LineBody } from './group.ts';

/** With what, and how often, a log is signed. */
export interface Signing {
  readonly key: AuditKey;
  /** Lines from one checkpoint to the next at the most; from 3. Default 1,000. */
  readonly every?: number;
  /** A head that is not signed yet is after so many ms; default 60 s. */
  readonly everyMs?: number;
  /** How far other chains are, as far as is known. */
  readonly heads?: () => readonly ChainHead[];
}

const defaultEvery = 1_000;

/** Lines with their checkpoints among them, and how many stand behind the last of those. */
export interface SignedLines {
  readonly lines: readonly LineBody[];
  readonly unsigned: number;
}

/** Puts checkpoints among the lines of one log. Without a key there are none. */
export class Cadence {
  readonly #every: number;
  readonly #checkpoint: LineBody | undefined;

  constructor(signing: Signing | undefined, now: () => number) {
    const every = signing?.every ?? defaultEvery;
    this.#every = every;
    this.#checkpoint =
      signing === undefined
        ? undefined
        : (place) => checkpointBody(place, now(), signing.key, { every, heads: signing.heads?.() ?? [] });
  }

  /**
   * What counts as unsigned when a writer begins: it does not know how many lines it left so, and has one to write before
   * the checkpoint, `segment.opened`.
   */
  get atStart(): number {
    return this.#checkpoint === undefined ? 0 : this.#every - 2;
  }

  isCheckpoint(line: LineBody | undefined): boolean {
    return line !== undefined && line === this.#checkpoint;
  }

  /** @param toEnd the last line is to be signed, too, unless it is a checkpoint */
  among(bodies: readonly LineBody[], before: number, toEnd: boolean): SignedLines {
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined) return { lines: bodies, unsigned: 0 };
    const lines: LineBody[] = [];
    let unsigned = before;
    for (const body of bodies) {
      lines.push(body);
      unsigned += 1;
      // One line is left for the `segment.opened` of a writer that comes after a crash.
      if (unsigned < this.#every - 1) continue;
      lines.push(checkpoint);
      unsigned = 0;
    }
    if (!toEnd || unsigned === 0) return { lines, unsigned };
    return { lines: [...lines, checkpoint], unsigned: 0 };
  }

  /** The end of a segment: its last line, and a checkpoint before it unless one stands there already. */
  closing(last: LineBody, before: number): SignedLines {
    if (this.#checkpoint === undefined) return { lines: [last], unsigned: 0 };
    return { lines: before === 0 ? [last] : [this.#checkpoint, last], unsigned: 1 };
  }
}
