/** What the schema cannot say of one rule of the policy. */
import { critical, defaults } from '../defaults.ts';
import type { FieldPath, Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';
import { parseDuration } from '../quantities.ts';
import { selectorFault } from '../selector.ts';

export type RuleFile = ConfigFile['repositories'][number];
type RightFile = NonNullable<RuleFile['push']>;

/** Faults of one rule by itself. */
export function ruleFaults(rule: RuleFile, at: number, roles: ConfigFile['roles']): Problem[] {
  return (['fetch', 'push'] as const).flatMap((name) => {
    const right: RightFile | undefined = rule[name];
    if (right === undefined) return [];
    const path: FieldPath = ['repositories', at, name];
    return [
      ...approvalFaults(right, path, roles),
      ...spanFaults(right, path),
      ...reasonFaults(right, path),
      ...(rule.critical === true ? criticalFaults(right, path) : []),
      ...refFaults(right, path),
    ];
  });
}

function approvalFaults(right: RightFile, path: FieldPath, roles: ConfigFile['roles']): Problem[] {
  const { approval = defaults.right.approval, approvers } = right;
  const faults: Problem[] = [];
  if (Array.isArray(approval)) {
    for (const [at, { from }] of approval.entries()) {
      const fault = selectorFault(from);
      if (fault !== undefined)
        faults.push({ path: [...path, 'approval', at, 'from'], message: `is no selector: it ${fault}` });
    }
  }
  if (typeof approval !== 'number' && approvers !== undefined) {
    const why = Array.isArray(approval)
      ? 'stands beside a list of approvals, which names them itself'
      : `stands beside approval: ${approval}, which nobody answers`;
    faults.push({ path: [...path, 'approvers'], message: why, atKey: true });
  }
  if (typeof approval === 'number' && approvers === undefined && (roles?.approver ?? []).length === 0) {
    faults.push({
      path: right.approval === undefined ? path : [...path, 'approval'],
      message: 'can be answered by nobody; expected approvers here or roles.approver',
    });
  }
  return faults;
}

function spanFaults(
  { maxDuration = defaults.right.maxDuration, maxTotal }: RightFile,
  path: FieldPath,
): Problem[] {
  if (maxTotal === undefined || parseDuration(maxTotal) >= parseDuration(maxDuration)) return [];
  return [
    { path: [...path, 'maxTotal'], message: `is ${maxTotal}, shorter than maxDuration (${maxDuration})` },
  ];
}

function reasonFaults({ approval, minReason, ticketPattern }: RightFile, path: FieldPath): Problem[] {
  const faults: Problem[] = [];
  if (approval === 'automatic') {
    if ((minReason ?? 0) > 0)
      faults.push({
        path: [...path, 'minReason'],
        message: 'stands beside approval: automatic, which has no reason',
        atKey: true,
      });
    if (ticketPattern !== undefined) {
      faults.push({
        path: [...path, 'ticketPattern'],
        message: 'stands beside approval: automatic, which has no reason',
        atKey: true,
      });
    }
  }
  if (ticketPattern !== undefined && !isRegularExpression(ticketPattern)) {
    faults.push({
      path: [...path, 'ticketPattern'],
      message: 'is no regular expression (JavaScript, flag u)',
    });
  }
  return faults;
}

function criticalFaults({ approval, maxDuration, minReason }: RightFile, path: FieldPath): Problem[] {
  const faults: Problem[] = [];
  if (approval === 'automatic') {
    faults.push({ path: [...path, 'approval'], message: 'is automatic, which a critical rule may not have' });
  }
  if (maxDuration !== undefined && parseDuration(maxDuration) > parseDuration(critical.maxDuration)) {
    faults.push({
      path: [...path, 'maxDuration'],
      message: `is ${maxDuration}; a critical rule has ${critical.maxDuration} at most`,
    });
  }
  if (minReason !== undefined && minReason < critical.minReason) {
    faults.push({
      path: [...path, 'minReason'],
      message: `is ${minReason}; a critical rule has ${critical.minReason} at least`,
    });
  }
  return faults;
}

function refFaults({ refs }: RightFile, path: FieldPath): Problem[] {
  return (refs ?? []).flatMap((ref, at) =>
    ref.startsWith('refs/')
      ? []
      : [
          {
            path: [...path, 'refs', at],
            message: `is ${JSON.stringify(ref)}; expected a full name like refs/heads/main or refs/heads/**`,
          },
        ],
  );
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
