/** The first line of a segment's file: which segment it is, and where the chain stood before it. */
import { lineLimit, parseLine, type SealedEntry } from './line.ts';
import { LineSplitter } from './line-splitter.ts';
import { CompressionError, segmentBytes } from './segment-bytes.ts';
import type { FilePlace } from './segment-tail.ts';

const chunkBytes = 4096;

/** The first entry; undefined for a file that does not begin with one. */
export async function firstEntry(path: string): Promise<SealedEntry | undefined> {
  const splitter = new LineSplitter(lineLimit);
  try {
    for await (const chunk of segmentBytes(path, { chunkBytes })) {
      const [line] = splitter.push(chunk);
      if (line !== undefined) return line.whole ? entryOf(line.bytes) : undefined;
    }
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
  }
  return undefined;
}

/** Where the chain stood before a segment, by its first entry; undefined for the first segment and for what is no head. */
export function placeBefore(first: SealedEntry | undefined): FilePlace | undefined {
  if (first?.type !== 'segment.opened') return undefined;
  const { after } = first;
  if (typeof after !== 'object' || after === null || !('segment' in after) || !('offset' in after))
    return undefined;
  const { segment, offset } = after;
  return typeof segment === 'number' && typeof offset === 'number' ? { segment, offset } : undefined;
}

/** An entry, or undefined for bytes that are none. */
export function entryOf(bytes: Buffer): SealedEntry | undefined {
  try {
    return parseLine(bytes);
  } catch {
    return undefined;
  }
}
