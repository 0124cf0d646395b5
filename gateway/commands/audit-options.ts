/** Options that the commands on the log share: a period, and whom and what it is about. */
import { type Command, InvalidArgumentError } from 'commander';
import type { EntryWish } from '../audit/entry-filter.ts';

/** How the commands on the log end besides what each says of itself. */
export const unreadable = 2;

export interface WishOptions {
  readonly from?: number;
  readonly to?: number;
  readonly principal?: string;
  readonly repository?: string;
  readonly grant?: string;
  readonly operation?: string;
}

/** Adds the options. */
export function withWish(command: Command): Command {
  return command
    .option('--from <time>', 'from this moment on: epoch milliseconds or 2026-11-25T14:05:00Z', moment)
    .option('--to <time>', 'up to this moment, not included', moment)
    .option('--principal <id>', 'whoever did it or whom it concerns')
    .option('--repository <name>', 'the canonical name')
    .option('--grant <id>')
    .option('--operation <id>')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : unreadable));
}

/** What the options ask for. */
export function wishOf({ from, to, principal, repository, grant, operation }: WishOptions): EntryWish {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(principal === undefined ? {} : { principalId: principal }),
    ...(repository === undefined ? {} : { repository }),
    ...(grant === undefined ? {} : { grantId: grant }),
    ...(operation === undefined ? {} : { operationId: operation }),
  };
}

/** A moment as epoch ms; a time without a zone is UTC. */
export function moment(text: string): number {
  const isZoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T');
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(isZoned ? text : `${text}Z`);
  if (!Number.isSafeInteger(at))
    throw new InvalidArgumentError('a moment is epoch milliseconds or a time such as 2026-11-25T14:05:00Z');
  return at;
}

/** Runs a command on files: what cannot be read is said in one line. */
export async function onFiles(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`sluice: ${(error as Error).message}\n`);
    process.exitCode = unreadable;
  }
}
