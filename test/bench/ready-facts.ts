/** What the bench's gateway process says once it serves. */
import type { Program } from '../servers/program.ts';
import { lineOf } from './line-of.ts';

/** The line it prints. */
export interface ReadyFacts {
  readonly port: number;
  readonly opsPort: number;
  readonly sshPort?: number | undefined;
  /** A git credential of somebody the policy lets fetch and push. */
  readonly credential: string;
}

/** Waits for the line. @throws with what was printed, when the process ends before */
export async function readyFacts(program: Program): Promise<ReadyFacts> {
  return await lineOf(program, '{"port"');
}
