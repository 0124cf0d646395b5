/** Turns the file's rules into `RepositoryRule`s. */
import type { RuleFile } from './checks/rules.ts';
import { critical, defaults } from './defaults.ts';
import type { ConfigFile } from './file/root.ts';
import { canonicalMatch, upstreamFoldsCase } from './folding.ts';
import { parseDuration } from './quantities.ts';
import type { Approval, RepositoryRule, RightRule } from './rules.ts';
import { parseSelector } from './selector.ts';

type RightFile = NonNullable<RuleFile['push']>;

/** Every rule, in the order of the file. */
export function resolveRules({ repositories, upstreams }: ConfigFile): readonly RepositoryRule[] {
  const hosts = new Map(
    Object.entries(upstreams).map(([name, upstream]) => [name, upstreamFoldsCase(upstream)]),
  );
  return repositories.map((rule) => {
    const scope = canonicalMatch(rule.match, hosts);
    const isCritical = rule.critical ?? false;
    return {
      match: scope.kind === 'canonical' ? scope.match : rule.match,
      critical: isCritical,
      requesters: rule.requesters.map(parseSelector),
      fetch:
        rule.fetch === undefined
          ? undefined
          : { ...resolveRight(rule.fetch, isCritical), refs: [], kinds: [] },
      push: rule.push === undefined ? undefined : resolveRight(rule.push, isCritical),
    };
  });
}

function resolveRight(right: RightFile, isCritical: boolean): RightRule {
  const maxDurationMs = parseDuration(right.maxDuration ?? defaults.right.maxDuration);
  return {
    approval: resolveApproval(right),
    maxDurationMs,
    maxTotalMs: right.maxTotal === undefined ? 2 * maxDurationMs : parseDuration(right.maxTotal),
    decideWithinMs: parseDuration(right.decideWithin ?? defaults.right.decideWithin),
    minReasonLength: right.minReason ?? standardReason(right, isCritical),
    ticketPattern: right.ticketPattern,
    refs: right.refs ?? defaults.right.refs,
    kinds: right.kinds ?? defaults.right.kinds,
  };
}

function resolveApproval({ approval = defaults.right.approval, approvers }: RightFile): Approval {
  if (approval === 'automatic' || approval === 'ask') return { kind: approval };
  if (typeof approval === 'number') {
    return { kind: 'people', demands: [{ from: approvers?.map(parseSelector), count: approval }] };
  }
  return {
    kind: 'people',
    demands: approval.map(({ from, count }) => ({ from: [parseSelector(from)], count: count ?? 1 })),
  };
}

function standardReason({ approval }: RightFile, isCritical: boolean): number {
  if (isCritical) return critical.minReason;
  return approval === 'automatic' ? 0 : 1;
}
