/** Reading the log by what is asked: one page of entries at a time, in bounded memory. */
import { join } from 'node:path';
import { type EntryWish, entryFilter } from './entry-filter.ts';
import { lineLimit, type SealedEntry } from './line.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { linesBackwards } from './lines-backwards.ts';
import { CompressionError, segmentBytes, segmentSize } from './segment-bytes.ts';
import { entryOf, firstEntry, placeBefore } from './segment-head.ts';
import { listSegments } from './segment-name.ts';

/** What to read, and how much of it. */
export interface EntryFilter extends EntryWish {
  /** Default `oldest`. A cursor is good for the order it came from. */
  readonly first?: 'oldest' | 'newest';
  /** Of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface EntryPage {
  readonly entries: readonly SealedEntry[];
  /** Continues behind this page; absent at the end. A page can be short, even empty, and still have one. */
  readonly cursor?: string;
}

/** Where a page ended: oldest first, the byte behind an entry's newline; newest first, the byte where one begins. */
interface Cursor {
  readonly segment: number;
  readonly offset: number;
}

/** One segment's lines from or down to a byte; `until` is where the chain went on elsewhere. */
interface Span {
  readonly path: string;
  readonly segment: number;
  readonly from: number;
  readonly until: number;
}

/** Bytes looked through for one page, so that a rare thing asked for does not hold the node up: the page then ends early. */
const bytesAPage = 256 * 2 ** 20;

/**
 * Reads a page of a directory's log. Lines that are no entries are passed over, as is what was never acknowledged: `verify` is who names
 * them.
 */
export async function readEntries(directory: string, filter: EntryFilter): Promise<EntryPage> {
  const start = parseCursor(filter.cursor);
  const { mayHold, holds } = entryFilter(filter);
  const isBackwards = filter.first === 'newest';
  const entries: SealedEntry[] = [];
  let read = 0;
  for await (const span of spans(directory, start, isBackwards)) {
    for await (const lines of readable(isBackwards ? backwards(span) : forwards(span))) {
      for (const { bytes, offset, whole } of lines) {
        read += bytes.length + 1;
        const entry = whole && mayHold(bytes) ? entryOf(bytes) : undefined;
        if (entry !== undefined && holds(entry)) entries.push(entry);
        if (entries.length >= filter.limit || read > bytesAPage) {
          return { entries, cursor: `${span.segment}:${isBackwards ? offset : offset + bytes.length + 1}` };
        }
      }
    }
  }
  return { entries };
}

function parseCursor(text: string | undefined): Cursor | undefined {
  const [, segment, offset] = /^(\d{1,15}):(\d{1,15})$/.exec(text ?? '') ?? [];
  return segment === undefined ? undefined : { segment: Number(segment), offset: Number(offset) };
}

async function* spans(
  directory: string,
  start: Cursor | undefined,
  isBackwards: boolean,
): AsyncGenerator<Span> {
  const files = await listSegments(directory);
  const isLeft = ({ segment }: { segment: number }): boolean =>
    start === undefined || (isBackwards ? segment <= start.segment : segment >= start.segment);
  for (const file of isBackwards ? files.toReversed() : files) {
    if (!isLeft(file)) continue;
    const path = join(directory, file.name);
    const size = await segmentSize(path);
    const next = files.find(({ segment }) => segment > file.segment);
    const place = next === undefined ? undefined : placeBefore(await firstEntry(join(directory, next.name)));
    const counted =
      place === undefined ? size : place.segment < file.segment ? 0 : Math.min(size, place.offset);
    const own = start?.segment === file.segment ? start.offset : undefined;
    yield {
      path,
      segment: file.segment,
      from: isBackwards ? 0 : (own ?? 0),
      until: isBackwards ? Math.min(counted, own ?? counted) : counted,
    };
  }
}

async function* forwards({ path, from, until }: Span): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(lineLimit, from);
  for await (const chunk of segmentBytes(path, { from, until, chunkBytes: 65_536 }))
    yield splitter.push(chunk);
}

/** What cannot be uncompressed is passed over like any line that is no entry. */
async function* readable(lines: AsyncGenerator<readonly Line[]>): AsyncGenerator<readonly Line[]> {
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
  }
}

function backwards({ path, until }: Span): AsyncGenerator<readonly Line[]> {
  return linesBackwards(path, until, lineLimit);
}
