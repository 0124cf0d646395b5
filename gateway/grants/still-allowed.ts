/** Whether the policy in force still carries a grant that was given under an earlier one (case J6). */
import type { Grant, Principal, Standing } from '../store/records.ts';
import { allWithin } from './pattern.ts';
import type { Policy } from './policy.ts';
import type { Selected } from './selected.ts';

/**
 * `no` when the repository fell out of the policy, its rule no longer offers the right, no longer names the principal, or no longer
 * allows a ref pattern or kind of update that the grant carries. `groups-stale` when only old groups speak for the principal.
 *
 * What changed in durations or in who must approve does not reach back: the grant was given by the rules of its day.
 */
export function stillAllowed(
  grant: Grant,
  principal: Principal,
  policy: Pick<Policy, 'mayAsk'>,
  now: number,
): Selected {
  const { repository, right, refs, kinds } = grant.scope;
  const mayAsk = policy.mayAsk(principal, repository, right, now);
  if (mayAsk.kind !== 'yes') return mayAsk.kind === 'groups-stale' ? 'groups-stale' : 'no';
  const { limits } = mayAsk;
  const isCovered = allWithin(refs, limits.refs) && kinds.every((kind) => limits.kinds.includes(kind));
  return right === 'fetch' || isCovered ? 'yes' : 'no';
}

/**
 * Leaves out grants that today's policy no longer carries (case J6): a rule that is gone, a requester it no longer names.
 * Groups that merely grew old do not end a grant that was given while they were fresh.
 */
export function withinPolicy(
  standing: Standing,
  principal: Principal,
  policy: Pick<Policy, 'mayAsk'>,
): Standing {
  const grants = standing.grants.filter(
    ({ grant }) => stillAllowed(grant, principal, policy, standing.now) !== 'no',
  );
  return grants.length === standing.grants.length ? standing : { ...standing, grants };
}
