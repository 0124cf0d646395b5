/** Spans as callers write them. */
import { parseDuration } from '../../config/quantities.ts';
import { Problem } from '../problem.ts';

/** Reads a span to ms, or says what was expected. */
export function readSpan(text: string): number | Problem {
  try {
    return parseDuration(text.trim());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Problem(400, 'bad-duration', error.message);
  }
}
