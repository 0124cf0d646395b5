/** Counts the entries of a log over time: of closed segments their index knows most, and only what lies across two stretches is read. */
import { type EntryWish, entryFilter, isOfType, wishedKeys } from './entry-filter.ts';
import { lineLimit } from './line.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { type LogFolders, linesOf, type Span, spansOf } from './read-spans.ts';
import { type SeenRange, seenRanges } from './seen-ranges.ts';
import { CompressionError, openPlaced } from './segment-bytes.ts';
import { entryOf } from './segment-head.ts';
import { type IndexedPart, segmentIndex } from './segment-index.ts';
import { type CountedTime, kindOf, TimeCounts, typeOf } from './time-counts.ts';

export interface CountWish extends EntryWish {
  /** No entry behind this one: what comes later may not be durable yet. */
  readonly lastSeq?: number;
}

export interface EntryCounts extends CountedTime {
  /** What was looked through. */
  readonly seen: readonly SeenRange[];
}

/**
 * Counts what is wished for. What cannot be uncompressed is passed over, as is what is no entry; for whole parts of a closed segment the
 * index is believed: counts show where to look, and prove nothing.
 *
 * @param most stretches at the most
 */
export async function countEntries(log: LogFolders, wish: CountWish, most: number): Promise<EntryCounts> {
  const counts = new TimeCounts(most);
  const seen = seenRanges(false);
  const spans: { readonly span: Span; readonly parts: readonly IndexedPart[] | undefined }[] = [];
  for await (const span of spansOf(log, undefined, false))
    spans.push({ span, parts: await partsOf(span, wish) });

  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = wish;
  // First how far it reaches: stretches that are long enough spare most of the reading.
  for (const { minAt, maxAt } of spans.flatMap(({ parts = [] }) => parts))
    counts.reach(Math.max(minAt, from), Math.min(maxAt, to - 1));

  for (const { span, parts } of spans) {
    seen.begin(span);
    try {
      await (parts === undefined ? countAll(span, wish, counts) : countParts(span, parts, wish, counts));
      seen.end(span.until);
    } catch (error) {
      if (!(error instanceof CompressionError)) throw error;
      seen.unread();
    }
  }
  return { ...counts.counted(), seen: await seen.ranges() };
}

/** What of a closed segment may hold what is wished for; undefined for one that is still written to. */
async function partsOf(span: Span, wish: CountWish): Promise<readonly IndexedPart[] | undefined> {
  if (!span.isClosed) return undefined;
  try {
    const parts = (await segmentIndex(span.path)).partsFor(wish);
    return parts.filter(({ from, kinds }) => from < span.until && kinds.length > 0);
  } catch (error) {
    if (error instanceof CompressionError) return undefined;
    throw error;
  }
}

async function countAll(span: Span, wish: CountWish, counts: TimeCounts): Promise<void> {
  const count = counting(wish, counts);
  for await (const { lines } of linesOf(span, false, undefined)) count(lines);
}

async function countParts(
  { path, until }: Span,
  parts: readonly IndexedPart[],
  wish: CountWish,
  counts: TimeCounts,
): Promise<void> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, type, ...others } = wish;
  const isOfAll = wishedKeys(others).length === 0;
  const count = counting(wish, counts);
  let placed: Awaited<ReturnType<typeof openPlaced>> | undefined;
  try {
    for (const part of parts) {
      const { minAt, maxAt } = part;
      const isWhole = part.until <= until && minAt >= from && maxAt < to;
      if (isOfAll && isWhole && counts.isOneStretch(minAt, maxAt)) {
        for (const [kind, number] of part.kinds)
          if (type === undefined || isOfType(typeOf(kind), type)) counts.add(minAt, kind, number);
        continue;
      }
      placed ??= await openPlaced(path);
      const bytes = await placed.read(part.from, Math.min(part.until, until));
      count(new LineSplitter(lineLimit, part.from).push(bytes));
    }
  } finally {
    await placed?.close();
  }
}

/** Counts those of lines that are wished for. */
function counting(
  { lastSeq = Number.POSITIVE_INFINITY, ...wish }: CountWish,
  counts: TimeCounts,
): (lines: readonly Line[]) => void {
  const { mayHold, holds } = entryFilter(wish);
  return (lines) => {
    for (const { bytes, whole } of lines) {
      const entry = whole && mayHold(bytes) ? entryOf(bytes) : undefined;
      if (entry !== undefined && entry.seq <= lastSeq && holds(entry)) counts.add(entry.at, kindOf(entry));
    }
  };
}
