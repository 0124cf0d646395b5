/** `sluice lift LOCK`: ends a lock. */
import type { Command } from 'commander';
import { changeCommand, idOf } from './client-command.ts';
import { onText } from './lock-text.ts';
import { type ClientOptions, perform } from './perform.ts';
import { shown } from './shown.ts';

/** Adds the command. */
export function addLift(program: Command): void {
  changeCommand(program, 'lift', 'end a lock now; grants that it stopped open again if they still live')
    .argument('<lock>', 'its id, L-…', idOf('L'))
    .action(async (id: string, { reason, ...options }: ClientOptions & { reason: string }) => {
      await perform(
        options,
        'liftLock',
        { params: { id }, body: { reason } },
        ({ lock }) => `lock ${shown(lock.id)} on ${onText(lock)} is lifted\n`,
      );
    });
}
