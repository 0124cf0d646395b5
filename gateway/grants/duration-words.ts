/** Spans as people read them. */

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `1 h 5 min`, `40 s`, `7 d`: exact to the second, parts that are nothing left out; under a second in `ms`. */
export function durationWords(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.max(0, Math.round(spanMs))} ms`;
  let rest = Math.floor(spanMs / 1_000) * 1_000;
  const parts: string[] = [];
  for (const { name, ms } of units) {
    const count = Math.floor(rest / ms);
    if (count > 0) parts.push(`${count} ${name}`);
    rest -= count * ms;
  }
  return parts.join(' ');
}
