/** What of the audit is asked for, and whether the caller may read it. */
import type { Principal } from '../../gateway/store/records.ts';
import type { AdminDeps, AuditWish } from '../admin-deps.ts';
import { groupsStale, Problem } from '../problem.ts';

/** The filters that the calls share, as they are written in a query. */
export interface WishQuery {
  readonly from?: string;
  readonly to?: string;
  readonly principal?: string;
  readonly repository?: string;
  readonly type?: string;
  readonly grant?: string;
  readonly operation?: string;
}

/** Undefined for a caller who holds the role auditor now. */
export function auditorProblem(
  principal: Principal,
  { policy }: Pick<AdminDeps, 'policy'>,
  now: number,
): Problem | undefined {
  const { held, stale } = policy().rolesOf(principal, now);
  if (held.has('auditor')) return undefined;
  if (stale.has('auditor')) return groupsStale();
  return new Problem(403, 'role-missing', 'reading the audit needs the role auditor');
}

/** The wish of a query. */
export function wishOf(
  query: WishQuery,
  { canonicalName }: Pick<AdminDeps, 'canonicalName'>,
): AuditWish | Problem {
  const from = query.from === undefined ? undefined : moment(query.from);
  const to = query.to === undefined ? undefined : moment(query.to);
  if (from === 'no-moment' || to === 'no-moment') return noMoment('from and to are');
  // A name that is none any more may still stand in old entries: it is looked for as written.
  const repository = query.repository && (canonicalName(query.repository) ?? query.repository);
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(query.principal === undefined ? {} : { principalId: query.principal }),
    ...(repository === undefined ? {} : { repository }),
    ...(query.type === undefined ? {} : { type: query.type }),
    ...(query.grant === undefined ? {} : { grantId: query.grant }),
    ...(query.operation === undefined ? {} : { operationId: query.operation }),
  };
}

/** Says that a moment is none. */
export function noMoment(what: string): Problem {
  return new Problem(400, 'bad-time', `${what} epoch milliseconds or times such as 2026-11-25T14:05:00Z`);
}

/** A moment as epoch ms. */
export function moment(text: string): number | 'no-moment' {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(at) ? at : 'no-moment';
}

/** What was asked for, as the audit keeps it; where in the log a page begins is left out. */
export function askedText(query: object): string {
  const left = Object.entries(query).filter(
    ([name, value]) => value !== undefined && !['cursor', 'after', 'limit'].includes(name),
  );
  return new URLSearchParams(left.map(([name, value]): [string, string] => [name, String(value)])).toString();
}
