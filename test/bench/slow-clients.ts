/** Slow clients of a bench, in a process of their own: what they cost is not the gateway's. */

import { programBeside } from '../servers/clone.ts';
import type { Ending } from '../servers/ending.ts';
import { startProgram } from '../servers/program.ts';
import { lineOf } from './line-of.ts';
import type { TwoNodes } from './two-nodes.ts';

/** How many clients, and how slow. */
export interface SlowClientsOptions {
  readonly count: number;
  /** Each reads what is there, at most 64 KiB, once in so long. */
  readonly readEveryMs: number;
}

/** How the clients ended, in the order in which they began. */
export interface SlowEnds {
  readonly ends: readonly { readonly endedAt: number; readonly told: boolean }[];
}

export interface SlowClients {
  /** Every one of them has read a piece of its pack. */
  readonly moving: Promise<unknown>;
  readonly ended: Promise<SlowEnds>;
}

export function startSlowClients(
  end: Ending,
  { carries, caFile, door }: TwoNodes,
  { count, readEveryMs }: SlowClientsOptions,
): SlowClients {
  const program = startProgram(end, process.execPath, [
    ...programBeside(import.meta.url, './clones-process'),
    ...(door === 'ssh'
      ? ['ssh', carries.sshPort ?? 0, carries.sshKeyFile, '']
      : ['https', carries.port, caFile, carries.credential]
    ).map(String),
    ...[count, readEveryMs].map(String),
  ]);
  const ended = lineOf<SlowEnds>(program, '{"ends"');
  ended.catch(() => undefined);
  return { moving: lineOf(program, '{"moving"'), ended };
}
