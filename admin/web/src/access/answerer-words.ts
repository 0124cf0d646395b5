/** Who was seen lately of those that can answer, in words. */
import type { Answerers } from '../api/shapes.ts';

/** `seen in the last 30 days: Ann, Bo and others`, by group where there are several; empty where nobody is known to have been seen. */
export function seenWords(answerers: readonly Answerers[]): string {
  const texts = answerers.flatMap(({ from, seen }) => {
    if (seen === undefined || seen.names.length === 0) return [];
    const names = seen.more ? `${seen.names.join(', ')} and others` : seen.names.join(', ');
    return [answerers.length > 1 ? `${names} (${from})` : names];
  });
  return texts.length === 0 ? '' : `seen in the last 30 days: ${[...new Set(texts)].join('; ')}`;
}

/** The groups of whom nobody was seen, joined; empty where that is not known of any. */
export function unseenGroups(answerers: readonly Answerers[]): string {
  const groups = answerers
    .filter(({ seen }) => seen !== undefined && seen.names.length === 0 && !seen.more)
    .map(({ from }) => from);
  return [...new Set(groups)].join(' and ');
}
