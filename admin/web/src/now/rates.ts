/** How fast transfers move, from the totals that two readings of them have. */
import type { Operation } from '../api/shapes.ts';

/** One operation's total at a moment of the server. */
interface Mark {
  readonly at: number;
  readonly bytes: number;
}

/** Nodes say their totals every 5 s: over less than that there is nothing to tell a pause from. */
const leastSpanMs = 4_000;
/** Marks older than this say nothing about now. */
const spanMs = 15_000;

/**
 * Takes each reading in its turn and answers what it makes of the rates, in bytes a second by operation; one that was read
 * but once, or not long enough ago, has none yet.
 */
export function makeRates(): (now: number, operations: readonly Operation[]) => ReadonlyMap<string, number> {
  let marks = new Map<string, readonly Mark[]>();
  return (now, operations) => {
    const next = new Map<string, readonly Mark[]>();
    const rates = new Map<string, number>();
    for (const { id, bytesUp, bytesDown } of operations) {
      const bytes = bytesUp + bytesDown;
      const held = (marks.get(id) ?? []).filter(({ at }) => at < now && now - at <= spanMs);
      const [first] = held;
      if (first !== undefined && now - first.at >= leastSpanMs)
        rates.set(id, Math.max(0, ((bytes - first.bytes) * 1_000) / (now - first.at)));
      next.set(id, [...held, { at: now, bytes }]);
    }
    marks = next;
    return rates;
  };
}
