/** `GET /api/audit/report`: the access report of a period, as JSON or as a page to print. */
import type { FastifyInstance } from 'fastify';
import type { AdminDeps } from './admin-deps.ts';
import { addressOf, answerProblem } from './api.ts';
import type { Authenticate } from './authenticate.ts';
import { proofProblem } from './caller.ts';
import { reportOf } from './handlers/audit-report.ts';
import { auditReportPath, auditReportSchema } from './openapi.ts';
import { Problem } from './problem.ts';

/** Registers the address. */
export function registerAuditReport(
  app: FastifyInstance,
  deps: Pick<AdminDeps, 'store' | 'policy' | 'clientAddress' | 'accessReport' | 'auditRead'> & {
    readonly authenticate: Authenticate;
  },
): void {
  app.get(auditReportPath, { schema: auditReportSchema, exposeHeadRoute: false }, async (request, reply) => {
    const caller = await deps.authenticate(request, addressOf(request, deps));
    if (caller instanceof Problem) return answerProblem(reply, caller);
    const wrongProof = proofProblem(caller, ['audit']);
    if (wrongProof !== undefined) return answerProblem(reply, wrongProof);
    const { from, to, format } = request.query as { from: string; to: string; format?: 'json' | 'html' };
    const answer = await reportOf(caller.principal, { from, to }, deps);
    if (answer instanceof Problem) return answerProblem(reply, answer);
    const isPage = format === 'html';
    // Written here: the report of the command is the answer, whatever fields it has.
    return reply
      .type(isPage ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8')
      .serializer((text: unknown) => String(text))
      .send(isPage ? answer.html : JSON.stringify(answer.report));
  });
}
