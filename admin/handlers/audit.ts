/** Reading the audit and replaying it: the role auditor alone, whatever else the caller may do; that it was read is on record. */
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { askedText, auditorProblem, moment, noMoment, wishOf } from './audit-wish.ts';
import type { Handlers } from './handling.ts';

const entriesUnlessAsked = 200;

/** The handlers of /api/audit and /api/audit/replay. */
export function auditHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'readAudit' | 'replayAudit' | 'auditRead' | 'canonicalName'>,
): Pick<Handlers, 'readAudit' | 'replayAudit'> {
  return {
    async readAudit({ principal }, { query }) {
      const refused = auditorProblem(principal, deps, await deps.store.now());
      if (refused !== undefined) return refused;
      const wish = wishOf(query, deps);
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
    async replayAudit({ principal }, { query }) {
      const refused = auditorProblem(principal, deps, await deps.store.now());
      if (refused !== undefined) return refused;
      const wish = wishOf(query, deps);
      if (wish instanceof Problem) return wish;
      const at = query.at === undefined ? undefined : moment(query.at);
      if (at === 'no-moment') return noMoment('at is');
      await deps.auditRead(principal.id, 'replay', askedText(query));
      const outcome = await deps.replayAudit(wish, at);
      if (outcome.kind === 'answered') return outcome.answer;
      return outcome.kind === 'busy'
        ? new Problem(429, 'too-many', 'this node replays for somebody else; try again when that is done', {
            retryAfterSeconds: 10,
          })
        : new Problem(
            503,
            'replay-given-up',
            `the replay was given up: ${outcome.what}. On the files \`sluice audit replay\` takes as long as it needs`,
          );
    },
  };
}
