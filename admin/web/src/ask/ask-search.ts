/** What a link to the request form fills in. */

/** All of it may be missing, and anything in it may come from a stranger. */
export interface AskSearch {
  readonly right?: 'fetch' | 'push';
  readonly ref?: string | readonly string[];
  /** A span such as `30m`. */
  readonly for?: string;
  readonly reason?: string;
}

/** Keeps what is understood and drops the rest. */
export function readAskSearch(search: Readonly<Record<string, unknown>>): AskSearch {
  const { right, ref, reason } = search;
  const span = search.for;
  return {
    ...(right === 'fetch' || right === 'push' ? { right } : {}),
    ...(typeof ref === 'string' || isTexts(ref) ? { ref } : {}),
    ...(typeof span === 'string' ? { for: span } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

/** The refs a link names. */
export function refsOf({ ref }: AskSearch): readonly string[] {
  return ref === undefined ? [] : typeof ref === 'string' ? [ref] : ref;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
