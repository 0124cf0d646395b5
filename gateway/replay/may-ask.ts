/** What a policy of the log said of somebody's asking, as far as the log can tell who they were. */
import type { RightRule } from '../../config/rules.ts';
import type { Person } from '../audit/people.ts';
import type { MayAsk, Policy } from '../grants/policy.ts';
import { workloadIssuer } from '../grants/selected.ts';
import type { Principal, Right } from '../store/records.ts';

/** Who a decision was about, from its entry and the people file. */
export interface KnownOf {
  readonly principalId: string;
  readonly groups: readonly string[];
  /** Undefined in entries of earlier versions. */
  readonly groupsAt: number | undefined;
  /** Undefined once erased. */
  readonly person: Person | undefined;
}

/**
 * Works the answer out again; undefined when it hangs on what the log does not hold: a name that was erased, or whether an
 * address was verified.
 */
export function mayAskAgain(
  policy: Policy,
  { principalId, groups, groupsAt = Number.MAX_SAFE_INTEGER, person }: KnownOf,
  repository: string,
  right: Right,
  now: number,
): MayAsk['kind'] | undefined {
  const rule = policy.ruleFor(repository);
  if (rule?.[right] === undefined) return 'not-in-policy';
  const answer = (known: Pick<Principal, 'issuer' | 'subject' | 'email' | 'emailVerified'>): MayAsk['kind'] =>
    policy.mayAsk(
      { id: principalId, name: undefined, groups, groupsAt, firstSeenAt: 0, ...known },
      repository,
      right,
      now,
    ).kind;
  const nobody = { issuer: '', subject: '', email: undefined, emailVerified: false };
  const byGroup = answer(nobody);
  if (
    rule.requesters.every(({ kind }) => kind === 'group' || kind === 'everyone') &&
    person?.issuer !== workloadIssuer
  )
    return byGroup;
  if (byGroup === 'yes') return 'yes';
  if (person?.issuer === undefined || person.subject === undefined) return undefined;
  const { issuer, subject, email } = person;
  const unverified = answer({ issuer, subject, email, emailVerified: false });
  return unverified === answer({ issuer, subject, email, emailVerified: true }) ? unverified : undefined;
}

/** The recorded answer with the rule it is about; undefined when the policy has no such rule to say yes by. */
export function recordedMayAsk(
  policy: Policy,
  repository: string,
  right: Right,
  kind: MayAsk['kind'],
): MayAsk | undefined {
  if (kind !== 'yes') return { kind };
  const rule = policy.ruleFor(repository);
  const limits: RightRule | undefined = rule?.[right];
  return rule === undefined || limits === undefined ? undefined : { kind, rule, limits };
}
