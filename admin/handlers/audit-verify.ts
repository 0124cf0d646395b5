/** Verifying this node’s log for auditors. */
import type { AdminDeps } from '../admin-deps.ts';
import { auditorProblem } from './audit-wish.ts';
import type { Handlers } from './handling.ts';
import { unread } from './unread.ts';

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
      return unread(outcome, 'verify');
    },
  };
}
