/** Counts of the last hours as the charts draw them: every stretch has its place, also one in which nothing happened. */
import type { Now } from '../api/shapes.ts';

export type Stretch = Now['stretches'][number];

/** Six hours. */
const shownMs = 6 * 3_600_000;

/** Every stretch from six hours ago to the one that runs, oldest first. */
export function everyStretch({ now, stretchMs, stretches }: Now): readonly Stretch[] {
  const known = new Map(stretches.map((stretch) => [stretch.at, stretch]));
  const last = Math.floor(now / stretchMs) * stretchMs;
  return Array.from({ length: shownMs / stretchMs }, (_, at): Stretch => {
    const begin = last - shownMs + (at + 1) * stretchMs;
    return known.get(begin) ?? { at: begin, bytesUp: 0, bytesDown: 0, operations: 0, refusals: 0, cuts: 0 };
  });
}

/** The sum of one count. */
export function total(stretches: readonly Stretch[], of: (stretch: Stretch) => number): number {
  return stretches.reduce((sum, stretch) => sum + of(stretch), 0);
}
