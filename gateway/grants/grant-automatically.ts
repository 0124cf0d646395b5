/** Automatic approval: the first operation makes request, approval and grant in one step, reused while it covers. */

import { stops } from '../store/lock-stops.ts';
import type { Grant, Principal, Right, Scope, Standing, StandingGrant } from '../store/records.ts';
import type { ScopeTerms } from './approval.ts';
import type { Elevating } from './elevating.ts';
import { allWithin } from './pattern.ts';
import type { Policy } from './policy.ts';
import { isRefusal } from './refusal.ts';
import { aRequest, atOnce } from './requesting.ts';

/** What became of an operation's wish that the policy should approve it by itself. */
export type Automatic = 'granted' | 'covered' | 'not-automatic';

/** Grants and locks that change at every single try come from no person. */
const triesAtMost = 20;

/**
 * Grants what the rule approves by itself: request, approval and grant in one step, reused while it covers (`covered`, also
 * while it is being recorded). `not-automatic` where the rule does not, where a lock stops it, or where somebody has just
 * revoked what it gave.
 *
 * A grant revoked within the last day keeps the rule from giving it again by itself: otherwise the next command would
 * undo the revocation. Then the person asks, and says why. For the same reason there is one grant however many begin at once, on
 * whatever nodes: of two, the revocation of one would change nothing.
 */
export async function grantAutomatically(
  elevating: Elevating,
  by: Principal,
  repository: string,
  right: Right,
): Promise<Automatic> {
  for (let tries = 1; ; tries += 1) {
    const { standing } = await elevating.store.stand({ principalId: by.id }, repository);
    const terms = termsNow(elevating.policy(), by, repository, right, standing);
    if (terms === 'covered' || terms === 'not-automatic') return terms;
    const { now, seq } = standing;
    const request = aRequest(elevating, by, [terms], terms.limits.maxDurationMs, 'approved by policy', now);
    const granted = await atOnce(elevating, request, [terms], now, { decidedAt: seq });
    if (!isRefusal(granted)) return 'granted';
    if (granted.refused !== 'busy' || tries >= triesAtMost) return 'not-automatic';
  }
}

/** What the rule would grant, if it may and nothing gives it yet. */
function termsNow(
  policy: Policy,
  by: Principal,
  repository: string,
  right: Right,
  { grants, locks, now }: Standing,
): ScopeTerms | Exclude<Automatic, 'granted'> {
  const mayAsk = policy.mayAsk(by, repository, right, now);
  if (mayAsk.kind !== 'yes' || mayAsk.rule.critical || mayAsk.limits.approval.kind !== 'automatic')
    return 'not-automatic';
  const { limits, rule } = mayAsk;
  const refs = right === 'push' ? limits.refs : [];
  const kinds = right === 'push' ? limits.kinds : [];
  const scope: Scope = { repository, right, refs, kinds };
  const gives = ({ grant, state: { kind } }: StandingGrant): boolean =>
    (kind === 'live' || kind === 'unrecorded') && isWhole(grant, scope, now);
  if (grants.some(gives)) return 'covered';
  const isBarred =
    locks.some((lock) => stops(lock, { principalId: by.id, repository, right }, now)) ||
    grants.some(
      ({ grant, state }) => state.kind === 'revoked' && state.by !== by.id && grant.scope.right === right,
    );
  return isBarred ? 'not-automatic' : { scope, rule, limits, needs: [] };
}

/** Whether the grant gives all that the rule would: a narrower one, got by asking, does not stand in its way. */
function isWhole({ scope, endsAt }: Grant, wanted: Scope, now: number): boolean {
  if (endsAt <= now) return false;
  if (wanted.right === 'fetch') return true;
  const hasKinds = wanted.kinds.every((kind) => scope.kinds.includes(kind));
  return scope.right === 'push' && hasKinds && allWithin(wanted.refs, scope.refs);
}
