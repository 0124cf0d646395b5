/** What the processes of a bench say: JSON, one line each. */
import { once } from 'node:events';
import type { Program } from '../servers/program.ts';

/** Waits for the line that begins so. @throws with what was printed, when the process ends before */
export async function lineOf<T>(program: Program, beginning: string): Promise<T> {
  const ended = once(program.child, 'close').then(() => true);
  while (true) {
    const line = program
      .output()
      .split('\n')
      .slice(0, -1)
      .find((line) => line.startsWith(beginning));
    if (line !== undefined) return JSON.parse(line) as T;
    const news = program.child.stdout === null ? ended : once(program.child.stdout, 'data').then(() => false);
    if (await Promise.race([news, ended]))
      throw new Error(`a process of the bench ended before it said ${beginning}:\n${program.output()}`);
  }
}
