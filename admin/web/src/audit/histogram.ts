/** How many entries there are in each stretch of time. */
import { type Entry, isBad, momentOf } from './entry-words.ts';

/** One bar; times in epoch ms, `to` not included. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly bad: number;
}

/** Spans that people think in, in ms. */
const spans = [100, 1_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000, 604_800_000];

/** At most `most` bars of equal span over all entries, gaps included; none for no entries. */
export function histogram(entries: readonly Entry[], most = 60): readonly Bar[] {
  if (entries.length === 0) return [];
  const moments = entries.map(momentOf);
  const first = moments.reduce((a, b) => Math.min(a, b));
  const last = moments.reduce((a, b) => Math.max(a, b));
  const fits = (span: number) => Math.floor(last / span) - Math.floor(first / span) < most;
  const span = spans.find(fits) ?? Math.ceil((last - first + 1) / (most - 1));
  const start = Math.floor(first / span);
  const bars = Array.from({ length: Math.floor(last / span) - start + 1 }, (_, at) => ({
    from: (start + at) * span,
    to: (start + at + 1) * span,
    count: 0,
    bad: 0,
  }));
  for (const entry of entries) {
    const bar = bars[Math.floor(momentOf(entry) / span) - start];
    if (bar === undefined) continue;
    bar.count += 1;
    if (isBad(entry)) bar.bad += 1;
  }
  return bars;
}
