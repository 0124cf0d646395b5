/** What a caller may see of requests, grants and transfers that are not theirs. */
import { needsMetBy, termsOf } from '../../gateway/grants/approval.ts';
import type { Policy } from '../../gateway/grants/policy.ts';
import type { Selected } from '../../gateway/grants/selected.ts';
import type { Principal, Scope } from '../../gateway/store/records.ts';

/** A thing with an owner and the scopes it is about. */
export interface Owned {
  readonly principalId: string;
  readonly scopes: readonly Scope[];
}

/**
 * Owners see their own; auditors and admins see everything; approvers see what the rules let them answer for.
 * `groups-stale`: only groups confirmed too long ago would show it.
 */
export function sight(caller: Principal, owned: Owned, policy: Policy, now: number): Selected {
  if (owned.principalId === caller.id) return 'yes';
  const { held, stale } = policy.rolesOf(caller, now);
  if (held.has('auditor') || held.has('admin')) return 'yes';
  const answering = answersFor(caller, owned.scopes, policy, now);
  return answering === 'no' && (stale.has('auditor') || stale.has('admin')) ? 'groups-stale' : answering;
}

/** Whether the caller sees it now; for lists, where what is not seen is left out. */
export function maySee(caller: Principal, owned: Owned, policy: Policy, now: number): boolean {
  return sight(caller, owned, policy, now) === 'yes';
}

/** Whether the caller is one of those who may answer for these scopes; for rules that approve by themselves, the holders of the role. */
export function answersFor(
  caller: Principal,
  scopes: readonly Scope[],
  policy: Policy,
  now: number,
): Selected {
  const terms = termsOf(scopes, policy) ?? [];
  const { keys, isStale } = needsMetBy(caller, terms, policy, now);
  const { held, stale } = policy.rolesOf(caller, now);
  const isByRole = terms.some(({ needs }) => needs.length === 0);
  if (keys.length > 0 || (isByRole && held.has('approver'))) return 'yes';
  return isStale || (isByRole && stale.has('approver')) ? 'groups-stale' : 'no';
}

/** Whether some rule, or the role, lets the caller answer requests at all. */
export function isApprover(caller: Principal, policy: Policy, now: number): boolean {
  if (policy.rolesOf(caller, now).held.has('approver')) return true;
  return policy.rules.some((rule) =>
    [rule.fetch, rule.push].some(
      (limits) =>
        limits?.approval.kind === 'people' &&
        limits.approval.demands.some((demand) => policy.meets(caller, { key: '', demand }, now) === 'yes'),
    ),
  );
}
