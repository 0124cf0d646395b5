/** Random numbers that one seed repeats. */

export interface Draw {
  /** At least 0 and below 1. */
  unit(): number;
  /** A whole number from 0 and below `end`. */
  below(end: number): number;
  chance(of: number): boolean;
  one<const T>(of: readonly [T, ...T[]]): T;
  /** A name as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
  bytes(count: number): Buffer;
}

/** The numbers of trial `index` under `seed`, whichever trials are run beside it (mulberry32). */
export function drawFrom(seed: number, index: number): Draw {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(unit() * end);
  return {
    unit,
    below,
    chance: (of) => unit() < of,
    one: (of) => of[below(of.length)] ?? of[0],
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const all = Object.entries<number>(weights) as [T, number][];
      let left = unit() * all.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of all) {
        left -= weight;
        if (left < 0) return name;
      }
      throw new Error('there is nothing to draw');
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}
