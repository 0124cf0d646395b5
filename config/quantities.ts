/** Spans and sizes as people write them, `"90s"`, `"30m"`, `"2h"`, `"7d"` and `"512KiB"`, `"1MiB"`; also the durations of the API. */

const spans: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** One number and one unit; at most seven digits, so no value leaves the safe integers. */
export const durationPattern = '^[0-9]{1,7}(ms|s|m|h|d)$';
export const sizePattern = '^[0-9]{1,7}(B|KiB|MiB|GiB)$';

/** Parses a span to milliseconds. Throws a `RangeError` that says what was expected. */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^([0-9]{1,7})(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : spans[unit];
  if (digits === undefined || factor === undefined) {
    throw new RangeError(
      `duration ${JSON.stringify(text)} is not a number with a unit, like 90s, 30m, 2h or 7d`,
    );
  }
  return Number(digits) * factor;
}

/** Parses a size to bytes. Throws a `RangeError` that says what was expected. */
export function parseSize(text: string): number {
  const [, digits, unit] = /^([0-9]{1,7})(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : sizes[unit];
  if (digits === undefined || factor === undefined) {
    throw new RangeError(`size ${JSON.stringify(text)} is not a number with a unit, like 512KiB or 64MiB`);
  }
  return Number(digits) * factor;
}

/** Writes a span in the largest unit that divides it: 5400000 is `90m`. */
export function formatDuration(spanMs: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const factor = spans[unit] ?? 1;
    if (spanMs !== 0 && spanMs % factor === 0) return `${spanMs / factor}${unit}`;
  }
  return `${spanMs}ms`;
}

/** Writes a size in the largest unit that divides it: 1048576 is `1MiB`. */
export function formatSize(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB']) {
    const factor = sizes[unit] ?? 1;
    if (bytes !== 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}B`;
}
