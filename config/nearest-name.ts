/** Which known name a misspelt one most likely meant. */

/** The nearest of `known` within a third of the letters, or undefined when none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  // Longer texts are no slip of the finger, and the distance takes time of length × length.
  if (given.length > 64) return undefined;
  const allowed = Math.max(1, Math.floor(given.length / 3));
  const [best] = known
    .map((name) => ({ name, distance: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.name;
}

/** Edit distance after Wagner and Fischer, two neighbouring letters swapped counting one. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
