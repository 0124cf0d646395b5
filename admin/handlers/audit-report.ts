/** The access report of a period, and that an auditor signs it off. */
import type { Principal } from '../../gateway/store/records.ts';
import type { AdminDeps, ReportForAuditor } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { askedText, auditorProblem, moment, noMoment } from './audit-wish.ts';
import type { Handlers } from './handling.ts';
import { unread } from './unread.ts';

type Deps = Pick<AdminDeps, 'store' | 'policy' | 'accessReport' | 'auditRead'>;

/** The report, for those who may read it; that they did is on record. */
export async function reportOf(
  principal: Principal,
  query: { readonly from: string; readonly to: string },
  deps: Deps,
): Promise<ReportForAuditor | Problem> {
  const refused = auditorProblem(principal, deps, await deps.store.now());
  if (refused !== undefined) return refused;
  const [from, to] = [moment(query.from), moment(query.to)];
  if (from === 'no-moment' || to === 'no-moment') return noMoment('from and to are');
  if (from >= to) return new Problem(400, 'bad-time', 'from is not before to');
  await deps.auditRead(principal.id, 'report', askedText({ from: query.from, to: query.to }));
  const outcome = await deps.accessReport(from, to);
  return outcome.kind === 'answered' ? outcome.answer : unread(outcome, 'report');
}

/** The handler of the sign-off. */
export function reportHandlers(deps: Deps & Pick<AdminDeps, 'record'>): Pick<Handlers, 'signOffReport'> {
  return {
    async signOffReport({ principal }, { body }) {
      const answer = await reportOf(principal, body, deps);
      if (answer instanceof Problem) return answer;
      const { from, to, hash, gaps } = answer.report;
      if (body.hash !== hash)
        return new Problem(
          409,
          'another-report',
          'the report of this period is not the one that was read: read it again, and sign what it says now',
        );
      const { id: principalId } = principal;
      const { remarks } = body;
      await deps.record({
        type: 'report.signed-off',
        body: { principalId, from, to, remarks, report: hash },
      });
      return { by: principalId, from, to, remarks, hash, gaps: gaps.length };
    },
  };
}
