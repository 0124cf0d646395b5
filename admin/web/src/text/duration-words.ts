/** Spans in the words people say: `1 h 20 min`, with blanks between a number and its unit that lines do not break at. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units of a span, rounded down, `under 1 s` for less: `2 d 3 h`, `1 h 20 min`, `4 min 10 s`, `45 s`. */
export function durationWords(spanMs: number): string {
  if (spanMs < second) return `under ${unit(1, 's')}`;
  const parts = partsOf(spanMs);
  const from = parts.findIndex(({ count }) => count > 0);
  return parts
    .slice(from, from + 2)
    .filter(({ count }) => count > 0)
    .map(({ count, name }) => unit(count, name))
    .join(' ');
}

/** How long ago or ahead something is, in one unit: enough for an age. */
export function roughWords(spanMs: number): string {
  const largest = partsOf(Math.max(0, spanMs)).find(({ count }) => count > 0);
  return unit(largest?.count ?? 0, largest?.name ?? 's');
}

/**
 * What a countdown shows: seconds always (under a day), two digits after the first part, so that it does not jump about.
 * Rounded up, so that it never shows nought while time is left.
 */
export function countdownWords(leftMs: number): string {
  const left = Math.ceil(leftMs / second) * second;
  if (left >= day) return durationWords(left);
  const parts = partsOf(left);
  const from = parts.findIndex(({ count }) => count > 0);
  return parts
    .slice(from)
    .map(({ count, name }, at) => unit(at === 0 ? count : String(count).padStart(2, '0'), name))
    .join(' ');
}

function partsOf(spanMs: number): readonly { readonly count: number; readonly name: string }[] {
  return [
    { count: Math.floor(spanMs / day), name: 'd' },
    { count: Math.floor((spanMs % day) / hour), name: 'h' },
    { count: Math.floor((spanMs % hour) / minute), name: 'min' },
    { count: Math.floor((spanMs % minute) / second), name: 's' },
  ];
}

function unit(count: number | string, name: string): string {
  return `${count}\u00a0${name}`;
}
