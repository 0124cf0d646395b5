/** Numbers that look random and come back with their seed. */

/** A seed of the day, or the one in `SEED`. */
export const newSeed = (): number => Number(process.env.SEED ?? Date.now() % 1_000_000);

/** mulberry32: whole numbers from 0 to below the given one. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
