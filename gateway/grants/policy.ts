/** The policy in force: which rule a repository falls under, who may ask for what, who must agree. */
import { compilePattern } from '../../config/pattern.ts';
import { type PolicyPart, policyHash } from '../../config/policy-hash.ts';
import type { ApprovalDemand, RepositoryRule, RightRule } from '../../config/schema.ts';
import { formatSelector } from '../../config/selector.ts';
import type { Principal, Right } from '../store/records.ts';
import { type Selected, selects } from './selected.ts';

/** A role that the configuration gives, apart from what rules give. */
export type Role = 'approver' | 'auditor' | 'admin';

/** The roles a principal holds now, and those only stale groups would give. */
export interface Roles {
  readonly held: ReadonlySet<Role>;
  /** Signing in again may bring these back. */
  readonly stale: ReadonlySet<Role>;
}

/** Whether a principal may ask; `not-in-policy` stands for unknown repositories and for rules that leave the principal out alike. */
export type MayAsk =
  | { readonly kind: 'yes'; readonly rule: RepositoryRule; readonly limits: RightRule }
  | { readonly kind: 'not-in-policy' }
  | { readonly kind: 'groups-stale' };

/** One demand of a right's approval, with the name that answers are counted under. */
export interface Need {
  /** `group:payments-leads`, several selectors joined by `,`, or `role:approver`. */
  readonly key: string;
  readonly demand: ApprovalDemand;
}

/** A compiled policy; a reload makes a new one. */
export interface Policy {
  /** Lower-case hex SHA-256 over everything a decision can depend on: nodes with the same rules have the same hash. */
  readonly hash: string;
  /** How old a principal's groups may be before they count for nothing. */
  readonly groupsMaxAgeMs: number;
  readonly rules: readonly RepositoryRule[];
  /** The first rule that matches the canonical name, or undefined. */
  ruleFor(repository: string): RepositoryRule | undefined;
  mayAsk(principal: Principal, repository: string, right: Right, now: number): MayAsk;
  /** Whether the principal is one of those a need counts. */
  meets(principal: Principal, need: Need, now: number): Selected;
  rolesOf(principal: Principal, now: number): Roles;
}

const roles: readonly Role[] = ['approver', 'auditor', 'admin'];

/** Compiles what the configuration says of people and repositories. Throws a `RangeError` when a rule's pattern is none. */
export function compilePolicy(config: PolicyPart): Policy {
  const compiled = config.repositories.map((rule) => ({ rule, matches: compilePattern(rule.match) }));
  const { groupsMaxAgeMs } = config.oidc;

  const ruleFor = (repository: string): RepositoryRule | undefined =>
    compiled.find(({ matches }) => matches(repository))?.rule;

  return {
    hash: policyHash(config),
    groupsMaxAgeMs,
    rules: config.repositories,
    ruleFor,
    mayAsk(principal, repository, right, now) {
      const rule = ruleFor(repository);
      const limits = rule?.[right];
      if (rule === undefined || limits === undefined) return { kind: 'not-in-policy' };
      const selected = selects(rule.requesters, principal, now, groupsMaxAgeMs);
      if (selected === 'yes') return { kind: 'yes', rule, limits };
      return { kind: selected === 'groups-stale' ? 'groups-stale' : 'not-in-policy' };
    },
    meets: (principal, need, now) =>
      selects(need.demand.from ?? config.roles.approver, principal, now, groupsMaxAgeMs),
    rolesOf(principal, now) {
      const answers = roles.map(
        (role) => [role, selects(config.roles[role], principal, now, groupsMaxAgeMs)] as const,
      );
      const having = (wanted: Selected): ReadonlySet<Role> =>
        new Set(answers.filter(([, answer]) => answer === wanted).map(([role]) => role));
      return { held: having('yes'), stale: having('groups-stale') };
    },
  };
}

/** What must be agreed before a right is granted: nothing for `automatic` and `ask`. */
export function needs(limits: RightRule): readonly Need[] {
  if (limits.approval.kind !== 'people') return [];
  return limits.approval.demands.map((demand) => ({ key: keyOf(demand), demand }));
}

function keyOf(demand: ApprovalDemand): string {
  return demand.from === undefined ? 'role:approver' : demand.from.map(formatSelector).toSorted().join(',');
}
