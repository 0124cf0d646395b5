/** What a decision says once the policy in force has had its word, and what it had it from: admission and replay call the same. */
import type { Principal, Right, Standing } from '../store/records.ts';
import { type Ask, type Decision, decidePush, type UpdateAsk } from './decide.ts';
import type { MayAsk, Policy } from './policy.ts';
import { withinPolicy } from './still-allowed.ts';

/** By which policy, and about whom as the provider last vouched for them. */
export interface JudgedBy {
  /** Hash of the policy. */
  readonly policy: string;
  readonly groups: readonly string[];
  readonly groupsAt: number;
  /** What the policy says of the principal's asking for each right, where it has the right at all. */
  readonly mayAsk: Readonly<Record<Right, MayAsk['kind']>>;
}

/** The part of a policy and of a principal that decisions on one repository depend on. */
export function judgedBy(policy: Policy, principal: Principal, repository: string, now: number): JudgedBy {
  const mayAsk = (right: Right): MayAsk['kind'] => policy.mayAsk(principal, repository, right, now).kind;
  const { groups, groupsAt } = principal;
  return { policy: policy.hash, groups, groupsAt, mayAsk: { fetch: mayAsk('fetch'), push: mayAsk('push') } };
}

/** Decides from the grants that the policy in force still carries, at the time of the standing. Pure, as `decide` is. */
export function judge(
  ask: Ask,
  updates: readonly UpdateAsk[],
  standing: Standing,
  principal: Principal,
  policy: Pick<Policy, 'mayAsk'>,
): Decision {
  return decidePush(ask, updates, withinPolicy(standing, principal, policy), standing.now);
}

/** Who may not even ask is told that, and no more; everybody else why nothing lets them in. */
export function toldReason<Reason extends string>(
  denied: Reason,
  mayAsk: MayAsk['kind'],
): Reason | Exclude<MayAsk['kind'], 'yes'> {
  return mayAsk === 'yes' ? denied : mayAsk;
}
