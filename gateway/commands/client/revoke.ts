/** `sluice revoke GRANT`: ends a grant and what runs on it. */
import type { Command } from 'commander';
import { changeCommand, idOf } from './client-command.ts';
import type { ClientOptions } from './perform.ts';
import { personText, shown } from './shown.ts';
import { stop } from './stop.ts';

/** Adds the command. */
export function addRevoke(program: Command): void {
  changeCommand(program, 'revoke', 'end a grant now, and the transfers that rest on it')
    .argument('<grant>', 'its id, G-…', idOf('G'))
    .action(async (id: string, { reason, ...options }: ClientOptions & { reason: string }) => {
      await stop(options, 'revokeGrant', { params: { id }, body: { reason } }, ({ grant }) => {
        const { right, repository } = grant.scope;
        return `grant ${shown(grant.id)} is revoked: ${right} of ${shown(repository)} by ${personText(grant.principal)}`;
      });
    });
}
