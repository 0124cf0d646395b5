/** The stretches of a log in the order they are read, and their lines: all of them, or where an index says that something may stand. */
import type { EntryWish } from './entry-filter.ts';
import { lineLimit, type SealedEntry } from './line.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { linesBackwards } from './lines-backwards.ts';
import { openPlaced, segmentBytes, segmentSize } from './segment-bytes.ts';
import { firstEntry, placeBefore } from './segment-head.ts';
import { segmentIndex } from './segment-index.ts';
import { listLog } from './segment-name.ts';
import type { FilePlace } from './segment-tail.ts';

/** One segment's lines from or down to a byte; `until` is where the chain went on elsewhere. */
export interface Span {
  readonly path: string;
  readonly chain: string;
  readonly segment: number;
  readonly from: number;
  readonly until: number;
  /** Where its head says that the chain stood before; undefined for a chain's first. */
  readonly after: FilePlace | undefined;
  /** Nothing is written to it any more. */
  readonly isClosed: boolean;
}

/** Where a page ended: oldest first, the byte behind an entry's newline; newest first, the byte where one begins. */
function parseCursor(text: string | undefined): { segment: number; offset: number } | undefined {
  const [, segment, offset] = /^(\d{1,15}):(\d{1,15})$/.exec(text ?? '') ?? [];
  return segment === undefined ? undefined : { segment: Number(segment), offset: Number(offset) };
}

/** Where a node's log lies: its directory, and where closed segments are copied to and outlive it. */
export interface LogFolders {
  readonly directory: string;
  readonly archive?: string | undefined;
}

/** All of the log, or what is left of it behind (newest first: before) a cursor. */
export async function* spansOf(
  { directory, archive }: LogFolders,
  cursor: string | undefined,
  isBackwards: boolean,
): AsyncGenerator<Span> {
  const start = parseCursor(cursor);
  const files = await listLog(directory, archive);
  const heads = new Map<string, SealedEntry | undefined>();
  const headOf = async (path: string): Promise<SealedEntry | undefined> => {
    if (!heads.has(path)) heads.set(path, await firstEntry(path));
    return heads.get(path);
  };
  const isLeft = ({ segment }: { segment: number }): boolean =>
    start === undefined || (isBackwards ? segment <= start.segment : segment >= start.segment);
  for (const file of isBackwards ? files.toReversed() : files) {
    if (!isLeft(file)) continue;
    const { chain, segment, path } = file;
    const size = await segmentSize(path);
    const next = files.find((other) => other.segment > segment);
    const place = next === undefined ? undefined : placeBefore(await headOf(next.path));
    const counted = place === undefined ? size : place.segment < segment ? 0 : Math.min(size, place.offset);
    const own = start?.segment === segment ? start.offset : undefined;
    const from = isBackwards ? 0 : (own ?? 0);
    const until = isBackwards ? Math.min(counted, own ?? counted) : counted;
    const after = placeBefore(await headOf(path));
    if (from < until) yield { path, chain, segment, from, until, after, isClosed: next !== undefined };
  }
}

/** Lines in the order they are read in; `until` where everything up to that byte is known to be looked through. */
export interface SpanLines {
  readonly lines: readonly Line[];
  readonly until?: number;
}

/**
 * The lines of a span, chunk by chunk.
 *
 * @param wish of a closed segment only the parts in which it may be fulfilled are read
 * @throws CompressionError
 */
export async function* linesOf(
  span: Span,
  isBackwards: boolean,
  wish: EntryWish | undefined,
): AsyncGenerator<SpanLines> {
  const { path, from, until, isClosed } = span;
  if (wish !== undefined && isClosed) yield* lookedUp(span, isBackwards, wish);
  else if (isBackwards) {
    for await (const lines of linesBackwards(path, until, lineLimit)) yield { lines };
  } else {
    const splitter = new LineSplitter(lineLimit, from);
    for await (const chunk of segmentBytes(path, { from, until, chunkBytes: 65_536 }))
      yield { lines: splitter.push(chunk) };
  }
}

async function* lookedUp(
  { path, from, until }: Span,
  isBackwards: boolean,
  wish: EntryWish,
): AsyncGenerator<SpanLines> {
  const index = await segmentIndex(path);
  const parts = index.partsFor(wish).filter((part) => part.from < until && part.until > from);
  if (parts.length > 0) {
    const placed = await openPlaced(path);
    try {
      for (const part of isBackwards ? parts.toReversed() : parts) {
        const begin = Math.max(part.from, from);
        const bytes = await placed.read(begin, Math.min(part.until, until));
        const lines = new LineSplitter(lineLimit, begin).push(bytes);
        yield { lines: isBackwards ? lines.toReversed() : lines };
      }
    } finally {
      await placed.close();
    }
  }
  yield { lines: [], until };
}
