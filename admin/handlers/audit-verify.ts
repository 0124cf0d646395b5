/** Verifying this node’s log for auditors. */
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { auditorProblem } from './audit-wish.ts';
import type { Handlers } from './handling.ts';

/** The handler of /api/audit/verify. */
export function verifyHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'verifyAudit' | 'auditRead'>,
): Pick<Handlers, 'verifyAudit'> {
  return {
    async verifyAudit({ principal }) {
      const at = await deps.store.now();
      const refused = auditorProblem(principal, deps, at);
      if (refused !== undefined) return refused;
      await deps.auditRead(principal.id, 'verify', '');
      const outcome = await deps.verifyAudit();
      if (outcome.kind === 'answered') {
        const { lines, chains, ...rest } = outcome.answer;
        return { ...rest, lines: [...lines], chains: [...chains], at };
      }
      return outcome.kind === 'busy'
        ? new Problem(
            429,
            'too-many',
            'this node reads its log for somebody else; try again when that is done',
            { retryAfterSeconds: 10 },
          )
        : new Problem(
            503,
            'verify-given-up',
            `the verification was given up: ${outcome.what}. On the files \`sluice audit verify\` takes as long as it needs`,
          );
    },
  };
}
