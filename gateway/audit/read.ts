/** Reading the log by what is asked: one page of entries at a time, in bounded memory, and what of the chain the page has seen. */
import { type EntryWish, entryFilter, wishedKeys } from './entry-filter.ts';
import type { SealedEntry } from './line.ts';
import { type LogFolders, linesOf, spansOf } from './read-spans.ts';
import { type SeenRange, seenRanges } from './seen-ranges.ts';
import { CompressionError } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';

/** What to read, and how much of it. */
export interface EntryFilter extends EntryWish {
  /** Default `oldest`. A cursor is good for the order it came from. */
  readonly first?: 'oldest' | 'newest';
  /** Of the page before. */
  readonly cursor?: string;
  readonly limit: number;
  /** No entry behind this one: what comes later may not be durable yet. */
  readonly lastSeq?: number;
}

export interface EntryPage {
  readonly entries: readonly SealedEntry[];
  /** For each entry the cursor that continues right behind it. */
  readonly places: readonly string[];
  /** Continues behind this page; absent at the end. A page can be short, even empty, and still have one. */
  readonly cursor?: string;
  /** Oldest first, a cursor for what is written later. Newest first, the same as it was when the page began. */
  readonly place: string;
  /** What was looked through for this page, with an index or line by line. */
  readonly seen: readonly SeenRange[];
}

/** Bytes looked through for one page, so that a rare thing asked for does not hold the node up: the page then ends early. */
const bytesAPage = 256 * 2 ** 20;

/**
 * Reads a page of a log. Lines that are no entries are passed over, as is what was never acknowledged: `verify` is who names
 * them. What an index beside a closed segment says is only where to look.
 */
export async function readEntries(log: LogFolders, filter: EntryFilter): Promise<EntryPage> {
  const { cursor: given, limit, lastSeq = Number.POSITIVE_INFINITY } = filter;
  const { mayHold, holds } = entryFilter(filter);
  const isBackwards = filter.first === 'newest';
  const isSelective = filter.from !== undefined || filter.to !== undefined || wishedKeys(filter).length > 0;
  const entries: SealedEntry[] = [];
  const places: string[] = [];
  const seen = seenRanges(isBackwards);
  let place = isBackwards ? undefined : given;
  let read = 0;
  const page = (cursor?: string): Promise<EntryPage> =>
    seen.ranges().then((ranges) => ({
      entries,
      places,
      place: place ?? '0:0',
      seen: ranges,
      ...(cursor === undefined ? {} : { cursor }),
    }));

  for await (const span of spansOf(log, given, isBackwards)) {
    seen.begin(span);
    try {
      for await (const { lines, until } of linesOf(span, isBackwards, isSelective ? filter : undefined)) {
        for (const { bytes, offset, whole } of lines) {
          read += bytes.length + 1;
          const end = offset + bytes.length + 1;
          const entry = whole && mayHold(bytes) ? entryOf(bytes) : undefined;
          if (entry !== undefined && entry.seq > lastSeq) {
            if (isBackwards) continue;
            seen.end(offset);
            return await page();
          }
          const cut = isBackwards ? offset : end;
          if (isBackwards) place ??= `${span.segment}:${end}`;
          else place = `${span.segment}:${end}`;
          if (entry !== undefined && holds(entry)) {
            entries.push(entry);
            places.push(`${span.segment}:${cut}`);
          }
          if (entries.length >= limit || read > bytesAPage) {
            seen.end(cut);
            return await page(`${span.segment}:${cut}`);
          }
        }
        if (!isBackwards && until !== undefined) place = `${span.segment}:${until}`;
      }
      seen.end(isBackwards ? 0 : span.until);
    } catch (error) {
      // What cannot be uncompressed is passed over like any line that is no entry.
      if (!(error instanceof CompressionError)) throw error;
      seen.unread();
    }
  }
  return await page();
}
