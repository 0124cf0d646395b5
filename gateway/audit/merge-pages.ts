/** Pages of several chains as one: by the time of the entries, and in each chain by its own order whatever its clock says. */
import type { SealedEntry } from './line.ts';

/** Numbers of entries, the first and the last included. */
export interface SeqRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What was read of one chain. */
export interface ChainPage {
  readonly chain: string;
  /** In the order of the reading. */
  readonly entries: readonly SealedEntry[];
  /** For each entry the place right behind it. */
  readonly places: readonly string[];
  /** Where the reading began, and where it goes on when all of it is taken. */
  readonly begin: string;
  readonly end: string;
  /** There is more behind `end`. */
  readonly isMore: boolean;
  /** What was looked through, by `seq`. */
  readonly seen: readonly SeqRange[];
  /** What should be where was looked, and is not. */
  readonly missing: readonly SeqRange[];
}

/** What one page takes of a chain. */
export interface TakenPage extends Pick<ChainPage, 'chain' | 'begin' | 'seen' | 'missing'> {
  /** Where the next page goes on. */
  readonly place: string;
}

export interface MergedPage {
  readonly entries: readonly SealedEntry[];
  readonly chains: readonly TakenPage[];
  readonly isMore: boolean;
}

/**
 * Takes entries until `limit`, or until a chain that has more has nothing left here: what comes next may be its.
 */
export function mergePages(
  pages: readonly ChainPage[],
  first: 'oldest' | 'newest',
  limit: number,
): MergedPage {
  const taken = new Map(pages.map((page) => [page, 0]));
  const headOf = (page: ChainPage): SealedEntry | undefined => page.entries[taken.get(page) ?? 0];
  const entries: SealedEntry[] = [];
  while (entries.length < limit && pages.every((page) => headOf(page) !== undefined || !page.isMore)) {
    let next: { readonly page: ChainPage; readonly entry: SealedEntry } | undefined;
    for (const page of pages) {
      const entry = headOf(page);
      if (entry === undefined) continue;
      const isNext =
        next === undefined || (first === 'oldest' ? entry.at < next.entry.at : entry.at > next.entry.at);
      if (isNext) next = { page, entry };
    }
    if (next === undefined) break;
    entries.push(next.entry);
    taken.set(next.page, (taken.get(next.page) ?? 0) + 1);
  }
  return {
    entries,
    chains: pages.map((page) => {
      const count = taken.get(page) ?? 0;
      const left = page.entries[count];
      const { chain, begin, end, places, seen, missing } = page;
      if (left === undefined) return { chain, begin, place: end, seen, missing };
      const place = places[count - 1] ?? begin;
      const before = (ranges: readonly SeqRange[]) => clipped(ranges, left.seq, first);
      return { chain, begin, place, seen: before(seen), missing: before(missing) };
    }),
    isMore: pages.some((page) => page.isMore || headOf(page) !== undefined),
  };
}

/** What lies before an entry in the order of the reading. */
function clipped(ranges: readonly SeqRange[], seq: number, first: 'oldest' | 'newest'): readonly SeqRange[] {
  return ranges
    .map(({ fromSeq, toSeq }) =>
      first === 'oldest'
        ? { fromSeq, toSeq: Math.min(toSeq, seq - 1) }
        : { fromSeq: Math.max(fromSeq, seq + 1), toSeq },
    )
    .filter(({ fromSeq, toSeq }) => fromSeq <= toSeq);
}

/** What of a range is in none of others, which are in order and do not overlap. */
export function without(range: SeqRange, others: readonly SeqRange[]): readonly SeqRange[] {
  const left: SeqRange[] = [];
  let from = range.fromSeq;
  for (const { fromSeq, toSeq } of others) {
    if (fromSeq > from) left.push({ fromSeq: from, toSeq: Math.min(fromSeq - 1, range.toSeq) });
    from = Math.max(from, toSeq + 1);
  }
  if (from <= range.toSeq) left.push({ fromSeq: from, toSeq: range.toSeq });
  return left.filter(({ fromSeq, toSeq }) => fromSeq <= toSeq);
}
