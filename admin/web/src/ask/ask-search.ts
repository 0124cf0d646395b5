/** What a link to the request form fills in. */
import { type UpdateKind, updateKinds } from '../text/update-kinds.ts';

/** All of it may be missing, and anything in it may come from a stranger. */
export interface AskSearch {
  readonly right?: 'fetch' | 'push';
  readonly ref?: string | readonly string[];
  /** What the push may do to refs; all that the rule allows without it. */
  readonly kind?: string | readonly string[];
  /** A span such as `30m`. */
  readonly for?: string;
  readonly reason?: string;
}

/** Keeps what is understood and drops the rest. */
export function readAskSearch(search: Readonly<Record<string, unknown>>): AskSearch {
  const { right, ref, kind, reason } = search;
  const span = search.for;
  return {
    ...(right === 'fetch' || right === 'push' ? { right } : {}),
    ...(typeof ref === 'string' || isTexts(ref) ? { ref } : {}),
    ...(typeof kind === 'string' || isTexts(kind) ? { kind } : {}),
    ...(typeof span === 'string' ? { for: span } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

/** The refs a link names. */
export function refsOf({ ref }: AskSearch): readonly string[] {
  return ref === undefined ? [] : typeof ref === 'string' ? [ref] : ref;
}

/** The kinds of update a link names; undefined when none that there is. */
export function kindsIn({ kind }: AskSearch): readonly UpdateKind[] | undefined {
  const kinds = updateKinds.filter((one) => kind === one || (Array.isArray(kind) && kind.includes(one)));
  return kinds.length === 0 ? undefined : kinds;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
