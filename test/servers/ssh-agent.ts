/** The real ssh-agent, and what ssh-add says of it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { startProgram, untilListening } from './program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface RunningAgent {
  /** For `SSH_AUTH_SOCK`. */
  readonly socket: string;
  /** Runs ssh-add; what it says, and its exit code. */
  add(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }>;
  /** A line for each key that it holds. */
  held(): Promise<readonly string[]>;
}

export async function startSshAgent(test: Ending): Promise<RunningAgent> {
  const socket = join(await temporaryDirectory(test), 'agent');
  const program = startProgram(test, 'ssh-agent', ['-D', '-a', socket]);
  await untilListening(program, { path: socket });
  const add: RunningAgent['add'] = (...args) =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, SSH_AUTH_SOCK: socket };
      execFile('ssh-add', args, { env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
      );
    });
  return {
    socket,
    add,
    async held() {
      const { code, said } = await add('-l');
      return code === 0 ? said.trim().split('\n') : [];
    },
  };
}
