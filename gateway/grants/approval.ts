/** What a request needs before it is granted, and what remains of it once approvers have narrowed it; pure. */
import type { RepositoryRule, RightRule } from '../../config/schema.ts';
import type { Answer, ElevationRequest, Principal, Scope } from '../store/records.ts';
import { intersection } from './pattern.ts';
import { type Need, needs, type Policy } from './policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import { type Selected, shownSelectors } from './selected.ts';

/** One scope of a request under the rule that speaks for it now. */
export interface ScopeTerms {
  readonly scope: Scope;
  readonly rule: RepositoryRule;
  readonly limits: RightRule;
  readonly needs: readonly Need[];
}

/** Looks up the rule of every scope; undefined when the policy in force has none for one of them. */
export function termsOf(scopes: readonly Scope[], policy: Policy): readonly ScopeTerms[] | undefined {
  const terms = scopes.flatMap((scope) => {
    const rule = policy.ruleFor(scope.repository);
    const limits = rule?.[scope.right];
    return rule === undefined || limits === undefined ? [] : [{ scope, rule, limits, needs: needs(limits) }];
  });
  return terms.length === scopes.length ? terms : undefined;
}

/** The needs that a principal may speak for at `now`; `stale` when old groups would have given more. */
export function needsMetBy(
  principal: Principal,
  terms: readonly ScopeTerms[],
  policy: Policy,
  now: number,
): { readonly keys: readonly string[]; readonly isStale: boolean } {
  const answers = terms
    .flatMap(({ needs }) => needs)
    .map((need): readonly [string, Selected] => [need.key, policy.meets(principal, need, now)]);
  const keys = answers.filter(([, answer]) => answer === 'yes').map(([key]) => key);
  return { keys: [...new Set(keys)], isStale: answers.some(([, answer]) => answer === 'groups-stale') };
}

/** A need and how many more people it waits for. */
export interface OpenNeed {
  readonly need: Need;
  readonly missing: number;
}

/**
 * The needs that the approvals so far leave open, over all scopes. Within one scope a person counts for one need alone, and people
 * are placed so that as many needs as possible are met: somebody in two groups never stands in the way of somebody in one.
 */
export function openNeeds(terms: readonly ScopeTerms[], answers: readonly Answer[]): readonly OpenNeed[] {
  const approvals = new Map(
    answers.filter(({ verdict }) => verdict === 'approve').map(({ by, meets }) => [by, meets ?? []]),
  );
  return terms.flatMap(({ needs }) => openInScope(needs, approvals));
}

/** How many people are still missing, over all scopes. */
export function missingPeople(open: readonly OpenNeed[]): number {
  return open.reduce((sum, { missing }) => sum + missing, 0);
}

/** Kuhn's augmenting paths, people against places. */
function openInScope(
  needs: readonly Need[],
  approvals: ReadonlyMap<string, readonly string[]>,
): readonly OpenNeed[] {
  const places = needs.flatMap((need) => Array.from({ length: need.demand.count }, () => need));
  const taken: (string | undefined)[] = places.map(() => undefined);
  const seat = (person: string, tried: Set<number>): boolean =>
    places.some((need, at) => {
      if (tried.has(at) || !approvals.get(person)?.includes(need.key)) return false;
      tried.add(at);
      const holder = taken[at];
      if (holder !== undefined && !seat(holder, tried)) return false;
      taken[at] = person;
      return true;
    });
  for (const person of approvals.keys()) seat(person, new Set());

  return needs
    .map((need) => ({
      need,
      missing: places.filter((place, at) => place === need && taken[at] === undefined).length,
    }))
    .filter(({ missing }) => missing > 0);
}

/** For whom a request waits, as people read it: `payments-leads`, `2 of payments-leads and security`, `an approver`. */
export function waitsForText(open: readonly OpenNeed[]): string {
  const texts = open.map(({ need, missing }) => {
    const { from } = need.demand;
    if (from === undefined) return missing === 1 ? 'an approver' : `${missing} approvers`;
    return missing === 1 ? shownSelectors(from) : `${missing} of ${shownSelectors(from)}`;
  });
  const distinct = [...new Set(texts)];
  return distinct.length < 2
    ? distinct.join('')
    : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}

/** What would be granted after these answers: of all who narrowed, the narrowest, and never more than the rules allow today. */
export interface Narrowed {
  readonly durationMs: number;
  /** In the order of the request's scopes; a push scope whose refs are empty leaves nothing to grant. */
  readonly scopes: readonly Scope[];
}

/** Works out what the answers leave of a request. */
export function narrowed(
  request: Pick<ElevationRequest, 'durationMs'>,
  terms: readonly ScopeTerms[],
  answers: readonly Answer[],
): Narrowed {
  const approvals = answers.filter(({ verdict }) => verdict === 'approve');
  const spans = approvals.flatMap(({ durationMs }) => durationMs ?? []);
  const durationMs = Math.min(
    request.durationMs,
    ...spans,
    ...terms.map(({ limits }) => limits.maxDurationMs),
  );
  const scopes = terms.map(({ scope, limits }): Scope => {
    if (scope.right === 'fetch') return scope;
    const lists = [limits.refs, ...approvals.flatMap(({ refs }) => (refs === undefined ? [] : [refs]))];
    const refs = lists.reduce((left, right) => intersection(left, right), scope.refs);
    return { ...scope, refs, kinds: scope.kinds.filter((kind) => limits.kinds.includes(kind)) };
  });
  return { durationMs, scopes };
}

/** The refusal that says which push nothing is left of; undefined when something is left of every scope. */
export function nothingLeft({ scopes }: Narrowed): Refusal | undefined {
  const empty = scopes.find(
    ({ right, refs, kinds }) => right === 'push' && (refs.length === 0 || kinds.length === 0),
  );
  return (
    empty && refuse('too-wide', `of the push to ${empty.repository} nothing is left that everybody agreed to`)
  );
}
