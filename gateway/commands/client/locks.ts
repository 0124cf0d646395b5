/** `sluice locks`: what is locked, by whom, why, until when. */
import type { Command } from 'commander';
import type { Answer } from '../../../admin/handlers/handling.ts';
import { clientCommand } from './client-command.ts';
import { exceptText, onText, rightText, untilText } from './lock-text.ts';
import { perform } from './perform.ts';
import { momentText, personText, quoted, shown } from './shown.ts';
import { table } from './table.ts';

/** Adds the command. */
export function addLocks(program: Command): void {
  clientCommand(program, 'locks', 'list the locks that stand').action(async (options: object) => {
    await perform(options, 'listLocks', {}, locksText);
  });
}

function locksText({ locks }: Answer<'listLocks'>): string {
  if (locks.length === 0) return 'no lock stands\n';
  const lines = table([
    ['LOCK', 'ON', 'STOPS', 'ENDS', 'MADE', 'BY', 'REASON'],
    ...locks.map((lock) => [
      shown(lock.id),
      onText(lock),
      [rightText(lock), exceptText(lock)].filter((part) => part !== '').join(', '),
      untilText(lock),
      momentText(lock.createdAt),
      personText(lock.by),
      quoted(lock.reason),
    ]),
  ]);
  return [...lines, ''].join('\n');
}
