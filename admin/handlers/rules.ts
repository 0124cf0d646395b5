/** The policy in force, as far as the caller has to do with it. */
import type { RepositoryRule } from '../../config/schema.ts';
import { formatSelector } from '../../config/selector.ts';
import { needs, type Policy } from '../../gateway/grants/policy.ts';
import { selects, shownSelectors } from '../../gateway/grants/selected.ts';
import type { Principal, Right } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { RuleView } from '../schemas/rules.ts';
import { type SeenLately, viewAnswerers } from '../views/answerers.ts';
import { approvalText } from '../views/approval-text.ts';
import type { Handlers } from './handling.ts';

/** The handler of /api/rules. */
export function ruleHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'canonicalName'>,
): Pick<Handlers, 'listRules'> {
  return {
    async listRules({ principal }, { query }) {
      const now = await deps.store.now();
      const policy = deps.policy();
      const { held } = policy.rolesOf(principal, now);
      const seesAll = held.has('admin') || held.has('auditor');
      const repository = query.repository === undefined ? undefined : deps.canonicalName(query.repository);
      const rule = repository === undefined ? undefined : policy.ruleFor(repository);
      const isAsker = rule !== undefined && mayAskUnder(rule, principal, policy, now);
      const lately = isAsker ? { people: await deps.store.seenLately(), policy, now } : undefined;
      const all = policy.rules.map((one, at) =>
        viewRule(one, at + 1, principal, policy, now, seesAll, one === rule ? lately : undefined),
      );
      const concerns = ({ mayAsk, rights }: RuleView) => mayAsk || rights.some(({ mayAnswer }) => mayAnswer);
      const rules = seesAll ? all : all.filter(concerns);
      const matched = rule === undefined ? 0 : policy.rules.indexOf(rule) + 1;
      return {
        now,
        policy: policy.hash,
        rules,
        hidden: all.length - rules.length,
        ...(repository === undefined ? {} : { repository }),
        // A rule that does not concern the caller is as little told as that there is such a repository.
        ...(rules.some(({ number }) => number === matched) ? { matched } : {}),
      };
    },
  };
}

function mayAskUnder(rule: RepositoryRule, caller: Principal, policy: Policy, now: number): boolean {
  return selects(rule.requesters, caller, now, policy.groupsMaxAgeMs) === 'yes';
}

function viewRule(
  rule: RepositoryRule,
  number: number,
  caller: Principal,
  policy: Policy,
  now: number,
  seesAll: boolean,
  lately: SeenLately | undefined,
): RuleView {
  return {
    number,
    match: rule.match,
    critical: rule.critical,
    requesters: seesAll
      ? rule.requesters.map(formatSelector).join(' or ')
      : shownSelectors(rule.requesters).replaceAll('named approvers', 'named people'),
    mayAsk: mayAskUnder(rule, caller, policy, now),
    rights: (['fetch', 'push'] as const satisfies readonly Right[]).flatMap((right) => {
      const limits = rule[right];
      if (limits === undefined) return [];
      const { maxDurationMs, maxTotalMs, decideWithinMs, minReasonLength, ticketPattern, refs, kinds } =
        limits;
      return [
        {
          right,
          approval: approvalText(limits),
          maxDurationMs,
          maxTotalMs,
          decideWithinMs,
          minReasonLength,
          ...(ticketPattern === undefined ? {} : { ticketPattern }),
          refs: [...refs],
          kinds: [...kinds],
          mayAnswer: needs(limits).some((need) => policy.meets(caller, need, now) === 'yes'),
          ...(lately === undefined
            ? {}
            : {
                answerers: needs(limits).map((need) =>
                  viewAnswerers(need, need.demand.count, lately, [caller.id]),
                ),
              }),
        },
      ];
    }),
  };
}
