/** Counts over time as bars: those without an entry too, and never so few that they have no shape. */
import type { paths } from '../api/schema.d.ts';
import { isBad } from './entry-words.ts';

export type Counts = paths['/api/audit/counts']['get']['responses'][200]['content']['application/json'];

/** Times in epoch ms, `to` not included. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly bad: number;
}

/**
 * A bar for each stretch from the first to the last, and as many on both sides as make `least`.
 *
 * @returns none for no entries
 */
export function barsOf(
  { spanMs, stretches }: Pick<Counts, 'spanMs' | 'stretches'>,
  least = 24,
): readonly Bar[] {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (first === undefined || last === undefined) return [];
  const held = new Map(stretches.map(({ from, kinds }) => [from, kinds]));
  const across = Math.round((last.to - first.from) / spanMs);
  const beside = Math.ceil(Math.max(0, least - across) / 2);
  const start = first.from - beside * spanMs;
  return Array.from({ length: across + 2 * beside }, (_, at) => {
    const from = start + at * spanMs;
    const kinds = held.get(from) ?? [];
    const sum = (of: typeof kinds) => of.reduce((total, { count }) => total + count, 0);
    return { from, to: from + spanMs, count: sum(kinds), bad: sum(kinds.filter(isBad)) };
  });
}
