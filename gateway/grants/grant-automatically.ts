/** Automatic approval: the first operation makes request, approval and grant in one step, reused while it covers. */

import { stops } from '../store/lock-stops.ts';
import type { Grant, Principal, Right, Scope } from '../store/records.ts';
import type { ScopeTerms } from './approval.ts';
import type { Elevating } from './elevating.ts';
import { allWithin } from './pattern.ts';
import { isRefusal } from './refusal.ts';
import { aRequest, atOnce } from './requesting.ts';

/** What became of an operation's wish that the policy should approve it by itself. */
export type Automatic = 'granted' | 'covered' | 'not-automatic';

/**
 * Grants what the rule approves by itself: request, approval and grant in one step, reused while it covers (`covered`).
 * `not-automatic` where the rule does not, where a lock stops it, or where somebody has just revoked what it gave.
 *
 * A grant revoked within the last day keeps the rule from giving it again by itself: otherwise the next command would
 * undo the revocation. Then the person asks, and says why.
 */
export async function grantAutomatically(
  elevating: Elevating,
  by: Principal,
  repository: string,
  right: Right,
): Promise<Automatic> {
  const { standing } = await elevating.store.stand({ principalId: by.id }, repository);
  const { now } = standing;
  const mayAsk = elevating.policy().mayAsk(by, repository, right, now);
  if (mayAsk.kind !== 'yes' || mayAsk.rule.critical || mayAsk.limits.approval.kind !== 'automatic')
    return 'not-automatic';
  const { limits, rule } = mayAsk;
  const refs = right === 'push' ? limits.refs : [];
  const kinds = right === 'push' ? limits.kinds : [];
  const scope: Scope = { repository, right, refs, kinds };
  if (standing.grants.some((held) => held.state.kind === 'live' && isWhole(held.grant, scope, now)))
    return 'covered';
  const isBarred =
    standing.locks.some((lock) => stops(lock, { principalId: by.id, repository, right }, now)) ||
    standing.grants.some(
      ({ grant, state }) => state.kind === 'revoked' && state.by !== by.id && grant.scope.right === right,
    );
  if (isBarred) return 'not-automatic';
  const terms: readonly ScopeTerms[] = [{ scope, rule, limits, needs: [] }];
  const request = aRequest(elevating, by, terms, limits.maxDurationMs, 'approved by policy', now);
  return isRefusal(await atOnce(elevating, request, terms, now)) ? 'not-automatic' : 'granted';
}

/** Whether the grant gives all that the rule would: a narrower one, got by asking, does not stand in its way. */
function isWhole({ scope, endsAt }: Grant, wanted: Scope, now: number): boolean {
  if (endsAt <= now) return false;
  if (wanted.right === 'fetch') return true;
  const hasKinds = wanted.kinds.every((kind) => scope.kinds.includes(kind));
  return scope.right === 'push' && hasKinds && allWithin(wanted.refs, scope.refs);
}
