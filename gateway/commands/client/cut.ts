/** `sluice cut OPERATION`: ends one transfer and leaves its grants. */
import type { Command } from 'commander';
import { changeCommand, idOf } from './client-command.ts';
import type { ClientOptions } from './perform.ts';
import { personText, shown } from './shown.ts';
import { stop } from './stop.ts';

/** Adds the command. */
export function addCut(program: Command): void {
  changeCommand(program, 'cut', 'end one transfer now, on whatever node it runs; its grant stays')
    .argument('<operation>', 'its id, O-…', idOf('O'))
    .action(async (id: string, { reason, ...options }: ClientOptions & { reason: string }) => {
      await stop(
        options,
        'cutOperation',
        { params: { id }, body: { reason } },
        ({ operation: { id, right, repository, principal, node } }) =>
          `operation ${shown(id)}: ${right} of ${shown(repository)} by ${personText(principal)}, on node ${shown(node)}`,
      );
    });
}
