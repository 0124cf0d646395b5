/** Ways to feed a decoder: whole, cut at every byte, cut at random; and random bytes by a seed that a failure prints. */

/** All ways to cut into two, and into single bytes. */
export function* cuts(bytes: Buffer): Iterable<readonly Buffer[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}

/** A small generator (mulberry32): the same seed gives the same numbers. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The seed of this run: given to repeat one, else the time. */
export function seedOfRun(): number {
  return Number(process.env.SEED ?? Date.now() % 0xffffffff);
}

export function randomCut(bytes: Buffer, random: (below: number) => number): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(Math.max(1, Math.min(9000, bytes.length - at)));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
