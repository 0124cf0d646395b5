/** One open segment: appends whole groups of lines and answers when they are on the disk and where they belong. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Disk, DiskFile } from './disk.ts';
import { segmentName } from './segment-name.ts';

/** Somebody cut the file short underneath its writer. */
export class TruncatedError extends Error {
  override readonly name = 'TruncatedError';
}

/** For how long a look at the file is believed before the next write. */
const lookMs = 5;
/** How many numbers are tried. */
const triedNumbers = 16;

/** Writes one segment. After any rejection the segment is over: what a failed write or sync left behind is unknown. */
export class SegmentWriter {
  readonly segment: number;
  readonly path: string;
  /** By the clock of the node, epoch ms. */
  readonly openedAt: number;
  readonly #file: DiskFile;
  #size = 0;
  #lookedAt = performance.now();

  private constructor(segment: number, path: string, openedAt: number, file: DiskFile) {
    this.segment = segment;
    this.path = path;
    this.openedAt = openedAt;
    this.#file = file;
  }

  /** Creates the file of the next segment, empty; numbers whose file is there already are left out. */
  static async create(
    disk: Disk,
    directory: string,
    { chain, next, now }: { readonly chain: string; readonly next: number; readonly now: number },
  ): Promise<SegmentWriter> {
    for (let segment = next; ; segment += 1) {
      const path = join(directory, segmentName(chain, segment));
      try {
        return new SegmentWriter(segment, path, now, await disk.create(path));
      } catch (error) {
        const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!isTaken || segment > next + triedNumbers) throw error;
      }
    }
  }

  /** Bytes that are durable. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a group with one write and one sync.
   *
   * @returns whether the file still stands under its name; when not, the group is durable where the file went
   * @throws TruncatedError when the file is shorter or longer than what was written to it
   */
  async append(group: Buffer): Promise<{ readonly inPlace: boolean }> {
    if (performance.now() - this.#lookedAt > lookMs) await this.#mustMeasure(this.#size);
    await this.#file.append(group);
    await this.#file.sync();
    const look = await this.#mustMeasure(this.#size + group.length);
    this.#size += group.length;
    return look;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #mustMeasure(expected: number): Promise<{ readonly inPlace: boolean }> {
    const { size, inPlace } = await this.#file.look();
    this.#lookedAt = performance.now();
    if (size !== expected) {
      throw new TruncatedError(`${this.path} has ${size} bytes; ${expected} were written to it`);
    }
    return { inPlace };
  }
}
