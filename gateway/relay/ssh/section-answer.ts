/** One answer of a host on a stream that holds several. */
import { Readable } from 'node:stream';
import type { HostAnswer } from '../forwarding.ts';

/** Filled by whoever reads the stream; `wanted` asks for more, `abandoned` says that nobody reads on before its end. */
export class SectionAnswer extends Readable implements HostAnswer {
  complete = false;
  /** Resolves when something of it has come, all of it, or it broke off. */
  readonly begun: Promise<void>;
  #begin!: () => void;
  readonly #wanted: () => void;
  readonly #abandoned: () => void;

  constructor(wanted: () => void, abandoned: () => void) {
    super({ highWaterMark: 65_536 });
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#wanted = wanted;
    this.#abandoned = abandoned;
    // Whoever reads it hears of an error; one that nobody reads yet must not end the process.
    this.on('error', () => undefined);
  }

  /** False: it holds enough for now. */
  fill(chunk: Buffer): boolean {
    const takesMore = this.push(chunk);
    this.#begin();
    return takesMore;
  }

  /** All of it has come. */
  whole(): void {
    this.complete = true;
    this.push(null);
    this.#begin();
  }

  override _read(): void {
    this.#wanted();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.complete) this.#abandoned();
    this.#begin();
    done(error);
  }
}
