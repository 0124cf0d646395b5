/** What a caller may see of requests, grants and transfers that are not theirs. */
import { needsMetBy, termsOf } from '../../gateway/grants/approval.ts';
import type { Policy } from '../../gateway/grants/policy.ts';
import type { Principal, Scope } from '../../gateway/store/records.ts';

/** A thing with an owner and the scopes it is about. */
export interface Owned {
  readonly principalId: string;
  readonly scopes: readonly Scope[];
}

/**
 * Owners see their own; auditors and admins see everything; approvers see what the rules let them answer for,
 * which for rules that approve by themselves are the holders of the role.
 */
export function maySee(caller: Principal, owned: Owned, policy: Policy, now: number): boolean {
  if (owned.principalId === caller.id) return true;
  const { held } = policy.rolesOf(caller, now);
  return held.has('auditor') || held.has('admin') || mayAnswerFor(caller, owned.scopes, policy, now);
}

/** Whether the caller is one of those who may answer for these scopes. */
export function mayAnswerFor(
  caller: Principal,
  scopes: readonly Scope[],
  policy: Policy,
  now: number,
): boolean {
  const terms = termsOf(scopes, policy) ?? [];
  if (needsMetBy(caller, terms, policy, now).keys.length > 0) return true;
  return terms.some(({ needs }) => needs.length === 0) && policy.rolesOf(caller, now).held.has('approver');
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
