/** Spans a person can choose from, and those they write. */

const minute = 60_000;
const hour = 60 * minute;
const usual = [5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 24 * hour];

/** The usual spans up to `maxMs`, and `maxMs` itself: six at most, the long ones kept. */
export function presets(maxMs: number): readonly number[] {
  return [...new Set([...usual.filter((span) => span < maxMs), maxMs])].slice(-6);
}

/** What is chosen unless something else is: an hour, or the most the rule allows. */
export function usualChoice(maxMs: number): number {
  return Math.min(hour, maxMs);
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: minute, min: minute, h: hour, d: 24 * hour };

/** Reads `90s`, `30m`, `1h30m`, `1 h 30 min`; undefined for anything else. */
export function readSpan(text: string): number | undefined {
  const compact = text.toLowerCase().replaceAll(/\s+/g, '');
  if (!/^(\d{1,7}(s|min|m|h|d))+$/.test(compact)) return undefined;
  const parts = [...compact.matchAll(/(\d{1,7})(min|s|m|h|d)/g)];
  const span = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
  return span >= 1_000 ? span : undefined;
}

/** A span as the API takes it: whole seconds in the largest unit that divides it. */
export function spanText(spanMs: number): string {
  for (const [unit, factor] of [
    ['d', units.d],
    ['h', units.h],
    ['m', units.m],
  ] as const) {
    if (factor !== undefined && spanMs % factor === 0) return `${spanMs / factor}${unit}`;
  }
  return `${Math.max(1, Math.round(spanMs / 1_000))}s`;
}
