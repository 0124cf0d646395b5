/** Spans in the words people say: `1 h 20 min`. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units of a span, rounded down, `under 1 s` for less: `2 d 3 h`, `1 h 20 min`, `4 min 10 s`, `45 s`. */
export function durationWords(spanMs: number): string {
  if (spanMs < second) return 'under 1 s';
  if (spanMs >= day) return pair(spanMs, day, 'd', hour, 'h');
  if (spanMs >= hour) return pair(spanMs, hour, 'h', minute, 'min');
  if (spanMs >= minute) return pair(spanMs, minute, 'min', second, 's');
  return `${Math.floor(spanMs / second)} s`;
}

/** How long ago or ahead something is, in one unit: enough for an age. */
export function roughWords(spanMs: number): string {
  if (spanMs >= day) return `${Math.floor(spanMs / day)} d`;
  if (spanMs >= hour) return `${Math.floor(spanMs / hour)} h`;
  if (spanMs >= minute) return `${Math.floor(spanMs / minute)} min`;
  return `${Math.max(0, Math.floor(spanMs / second))} s`;
}

/** What a countdown shows: seconds always, two digits each, so that it does not jump about; rounded up, so that it never shows nought while time is left. */
export function countdownWords(leftMs: number): string {
  const left = Math.ceil(leftMs / second) * second;
  const seconds = `${twoDigits((left % minute) / second)} s`;
  if (left >= day) return pair(left, day, 'd', hour, 'h');
  if (left >= hour) return `${Math.floor(left / hour)} h ${twoDigits((left % hour) / minute)} min ${seconds}`;
  if (left >= minute) return `${Math.floor(left / minute)} min ${seconds}`;
  return `${left / second} s`;
}

function pair(spanMs: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((spanMs % large) / small);
  const whole = `${Math.floor(spanMs / large)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

function twoDigits(count: number): string {
  return String(Math.floor(count)).padStart(2, '0');
}
