/** What the bench's gateway process says once it serves. */
import { once } from 'node:events';
import type { Program } from '../servers/program.ts';

/** The line it prints. */
export interface ReadyFacts {
  readonly port: number;
  readonly opsPort: number;
  /** A git credential of somebody the policy lets fetch and push. */
  readonly credential: string;
}

/** Waits for the line. @throws with what was printed, when the process ends before */
export async function readyFacts(program: Program): Promise<ReadyFacts> {
  const ended = once(program.child, 'close').then(() => true);
  while (true) {
    const line = program
      .output()
      .split('\n')
      .slice(0, -1)
      .find((line) => line.startsWith('{"port"'));
    if (line !== undefined) return JSON.parse(line) as ReadyFacts;
    const news = program.child.stdout === null ? ended : once(program.child.stdout, 'data').then(() => false);
    if (await Promise.race([news, ended]))
      throw new Error(`the gateway ended before it was ready:\n${program.output()}`);
  }
}
