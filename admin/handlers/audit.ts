/** Reading the audit: the role auditor alone, whatever else the caller may do. */
import type { Principal } from '../../gateway/store/records.ts';
import type { AdminDeps, AuditFilter } from '../admin-deps.ts';
import { groupsStale, Problem } from '../problem.ts';
import type { Handlers } from './handling.ts';

const entriesUnlessAsked = 200;

/** The handler of /api/audit. */
export function auditHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'readAudit' | 'canonicalName'>,
): Pick<Handlers, 'readAudit'> {
  return {
    async readAudit({ principal }, { query }) {
      const refused = auditorProblem(principal, deps, await deps.store.now());
      if (refused !== undefined) return refused;
      const from = query.from === undefined ? undefined : moment(query.from);
      const to = query.to === undefined ? undefined : moment(query.to);
      if (from === 'no-moment' || to === 'no-moment') {
        return new Problem(
          400,
          'bad-time',
          'from and to are epoch milliseconds or times such as 2026-11-25T14:05:00Z',
        );
      }
      // A name that is none any more may still stand in old entries: it is looked for as written.
      const repository = query.repository && (deps.canonicalName(query.repository) ?? query.repository);
      const filter: AuditFilter = {
        limit: query.limit ?? entriesUnlessAsked,
        first: query.order ?? 'oldest',
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(query.principal === undefined ? {} : { principalId: query.principal }),
        ...(repository === undefined ? {} : { repository }),
        ...(query.type === undefined ? {} : { type: query.type }),
        ...(query.grant === undefined ? {} : { grantId: query.grant }),
        ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      };
      const page = await deps.readAudit(filter);
      return { ...page, entries: [...page.entries], people: [...page.people] };
    },
  };
}

function auditorProblem(
  principal: Principal,
  deps: Pick<AdminDeps, 'policy'>,
  now: number,
): Problem | undefined {
  const { held, stale } = deps.policy().rolesOf(principal, now);
  if (held.has('auditor')) return undefined;
  if (stale.has('auditor')) return groupsStale();
  return new Problem(403, 'role-missing', 'reading the audit needs the role auditor');
}

function moment(text: string): number | 'no-moment' {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(at) ? at : 'no-moment';
}
