/** How long a certificate may be asked for. */
import { formatDuration } from '../../../../config/quantities.ts';
import { durationWords } from '../text/duration-words.ts';
import type { Life } from './life.ts';

const hourMs = 3_600_000;
const usual = [hourMs, 8 * hourMs, 24 * hourMs, 7 * 24 * hourMs];

/** The usual spans up to the longest that the gateway signs for, which is the last of them. */
export function certificateLives(longestMs: number): readonly Life[] {
  return [...usual.filter((spanMs) => spanMs < longestMs), longestMs].map((spanMs) => ({
    value: formatDuration(spanMs),
    label: durationWords(spanMs),
  }));
}
