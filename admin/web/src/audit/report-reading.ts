/** The access report as the page tells it in short. */
import type { AccessReport } from '../api/shapes.ts';

export interface ReadReport {
  readonly hash: string;
  readonly grants: number;
  readonly neverUsed: number;
  readonly refusals: number;
  readonly gaps: readonly string[];
  readonly rules: AccessReport['rules'];
  readonly reviews: readonly {
    readonly by: string;
    readonly at: number;
    readonly remarks: string;
    readonly isOfThis: boolean;
  }[];
  /** Rules of today under which nothing was done in the period; undefined where the log holds no policy. */
  readonly unusedRules: readonly string[] | undefined;
  /** Approvers that rules of today name and who never signed in. */
  readonly neverSignedIn: readonly { readonly who: string; readonly rules: readonly string[] }[];
}

export function readReport({
  grants,
  neverUsed,
  refusals,
  rules,
  gaps,
  hash,
  today,
  reviews,
}: AccessReport): ReadReport {
  const used = new Set(rules.filter(({ operations }) => operations > 0).map(({ rule }) => rule));
  const missing = new Map<string, Set<string>>();
  for (const { rule, approvers } of today ?? [])
    for (const { neverSignedIn } of approvers)
      for (const who of neverSignedIn) missing.set(who, (missing.get(who) ?? new Set()).add(rule));
  return {
    hash,
    grants: grants.length,
    neverUsed: neverUsed.length,
    refusals: refusals.reduce((sum, { count }) => sum + count, 0),
    gaps: gaps.map(({ chain, after, what }) => `${chain}, behind entry ${after}: ${what}`),
    rules,
    reviews: reviews.map(({ by, at, remarks, isOfThis }) => ({
      by: by.name ?? by.id,
      at,
      remarks,
      isOfThis,
    })),
    unusedRules: today && [...new Set(today.map(({ rule }) => rule))].filter((rule) => !used.has(rule)),
    neverSignedIn: [...missing].map(([who, of]) => ({ who, rules: [...of] })),
  };
}
