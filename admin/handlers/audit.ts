/** Reading the audit, counting it and replaying it: the role auditor alone, whatever else the caller may do; that it was read is on record. */
import type { Principal } from '../../gateway/store/records.ts';
import type { AdminDeps, AuditWish } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { askedText, auditorProblem, moment, noMoment, type WishQuery, wishOf } from './audit-wish.ts';
import type { Handlers } from './handling.ts';
import { unread } from './unread.ts';

const entriesUnlessAsked = 200;

/** The handlers of /api/audit, /api/audit/counts and /api/audit/replay. */
export function auditHandlers(
  deps: Pick<
    AdminDeps,
    'store' | 'policy' | 'readAudit' | 'countAudit' | 'replayAudit' | 'auditRead' | 'canonicalName'
  >,
): Pick<Handlers, 'readAudit' | 'countAudit' | 'replayAudit'> {
  const wished = async (principal: Principal, query: WishQuery): Promise<AuditWish | Problem> =>
    auditorProblem(principal, deps, await deps.store.now()) ?? wishOf(query, deps);
  return {
    async readAudit({ principal }, { query }) {
      const wish = await wished(principal, query);
      if (wish instanceof Problem) return wish;
      await deps.auditRead(principal.id, 'entries', askedText(query));
      const { place: _place, ...page } = await deps.readAudit({
        limit: query.limit ?? entriesUnlessAsked,
        first: query.order ?? 'oldest',
        nodes: query.nodes ?? 'all',
        ...wish,
        ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      });
      return { ...page, entries: [...page.entries], people: [...page.people], coverage: [...page.coverage] };
    },
    async countAudit({ principal }, { query }) {
      const wish = await wished(principal, query);
      if (wish instanceof Problem) return wish;
      await deps.auditRead(principal.id, 'counts', askedText(query));
      const outcome = await deps.countAudit(wish, query.nodes ?? 'all');
      if (outcome.kind !== 'answered') return unread(outcome, 'counts');
      const { spanMs, stretches, coverage } = outcome.answer;
      return {
        spanMs,
        stretches: stretches.map(({ kinds, ...stretch }) => ({ ...stretch, kinds: [...kinds] })),
        coverage,
      };
    },
    async replayAudit({ principal }, { query }) {
      const wish = await wished(principal, query);
      if (wish instanceof Problem) return wish;
      const at = query.at === undefined ? undefined : moment(query.at);
      if (at === 'no-moment') return noMoment('at is');
      await deps.auditRead(principal.id, 'replay', askedText(query));
      const outcome = await deps.replayAudit(wish, at);
      return outcome.kind === 'answered' ? outcome.answer : unread(outcome, 'replay');
    },
  };
}
