/** The newest lines of a log, as they stand in its files. */
import { lineLimit, type SealedEntry } from './line.ts';
import { linesBackwards } from './lines-backwards.ts';
import { spansOf } from './read-spans.ts';
import { CompressionError } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';

/** A line without its newline, and its number. */
export interface NumberedLine {
  readonly seq: number;
  readonly line: string;
}

export interface NewestLinesWish {
  /** Those behind this number. */
  readonly behind: number;
  /** And no other than those up to this: what comes later may not be durable yet. */
  readonly upTo: number;
  /** The newest of them that take so many bytes together, and one more at the most. */
  readonly bytes: number;
}

/** Oldest first. Lines that are no entries are passed over. */
export async function newestLines(
  directory: string,
  { behind, upTo, bytes }: NewestLinesWish,
): Promise<readonly NumberedLine[]> {
  const found: NumberedLine[] = [];
  let taken = 0;
  for await (const { entry, line } of entriesBackwards(directory)) {
    if (entry === undefined || entry.seq > upTo) continue;
    if (entry.seq <= behind || taken >= bytes) break;
    found.push({ seq: entry.seq, line: line.toString('latin1') });
    taken += line.length;
  }
  return found.reverse();
}

/** Bytes that are looked through for one entry from the end of the log on: the one that is asked for is near it. */
const lookedThroughAtMost = 256 * 2 ** 20;

/** The hash of an entry by its number; undefined where the files do not have it, or it stands far from their end. */
export async function hashAt(directory: string, seq: number): Promise<string | undefined> {
  let looked = 0;
  for await (const { entry, line } of entriesBackwards(directory)) {
    looked += line.length;
    if (entry !== undefined && entry.seq <= seq) return entry.seq === seq ? entry.hash : undefined;
    if (looked > lookedThroughAtMost) return undefined;
  }
  return undefined;
}

/** The lines of a log, the newest first, with the entry of those that are one; what cannot be uncompressed is passed over. */
async function* entriesBackwards(
  directory: string,
): AsyncGenerator<{ readonly entry: SealedEntry | undefined; readonly line: Buffer }> {
  for await (const { path, until } of spansOf({ directory }, undefined, true)) {
    try {
      for await (const lines of linesBackwards(path, until, lineLimit))
        for (const { bytes: line } of lines) yield { entry: entryOf(line), line };
    } catch (error) {
      if (!(error instanceof CompressionError)) throw error;
    }
  }
}
