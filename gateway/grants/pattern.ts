/** Lists of patterns, as scopes hold them: whether one matches, stays within another, and what two have in common. */
import { compilePattern, covers, patternFault } from '../../config/pattern.ts';

const matchers = new Map<string, (name: string) => boolean>();

/** Whether any of the patterns matches the name; a text that is no pattern matches nothing. Up to 4,096 compiled patterns are kept. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matcherOf(pattern)(name));
}

function matcherOf(pattern: string): (name: string) => boolean {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  if (patternFault(pattern) !== undefined) return () => false;
  const matcher = compilePattern(pattern);
  if (matchers.size >= 4096) matchers.clear();
  matchers.set(pattern, matcher);
  return matcher;
}

/**
 * Whether each of `narrow` stays within one of `wide`: every name it matches is matched there.
 *
 * Decided pattern by pattern, and "no" when in doubt: a pattern covered only by two of `wide` together counts as wider.
 * Requesters and approvers may only narrow, so doubt never widens.
 */
export function allWithin(narrow: readonly string[], wide: readonly string[]): boolean {
  return narrow.every((inner) => wide.some((outer) => isWithin(inner, outer)));
}

/**
 * What two lists both allow: of each pair the narrower pattern, where one stays within the other.
 * Pairs that merely overlap are left out, so the answer never allows more than either; it may be empty.
 */
export function intersection(left: readonly string[], right: readonly string[]): readonly string[] {
  const both = left.flatMap((a) =>
    right.flatMap((b) => {
      if (isWithin(a, b)) return [a];
      return isWithin(b, a) ? [b] : [];
    }),
  );
  const distinct = [...new Set(both)];
  return distinct.filter((a) => !distinct.some((b) => a !== b && isWithin(a, b) && !isWithin(b, a)));
}

function isWithin(inner: string, outer: string): boolean {
  return (
    inner === outer ||
    (patternFault(inner) === undefined && patternFault(outer) === undefined && covers(outer, inner))
  );
}
