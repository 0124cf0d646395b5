/** A gateway as an operator runs it: a process of its own, started from a configuration file. */
import { once } from 'node:events';
import { sluiceProgram } from './clone.ts';
import type { Ending } from './ending.ts';
import { type Program, startProgram } from './program.ts';

/** A running gateway. */
export interface GatewayProcess {
  readonly httpsPort: number;
  /** Undefined without an SSH door. */
  readonly sshPort?: number;
  readonly opsPort: number;
  readonly program: Program;
}

/** How the process is run, besides its configuration. */
export interface GatewayRun {
  readonly env?: Readonly<Record<string, string>>;
  /** The command in front of its arguments; `sluice` by default. */
  readonly command?: readonly [string, ...string[]];
}

/**
 * Starts `sluice serve --config FILE` and resolves when it says that it is ready.
 *
 * @throws with what it printed, when it ends before
 */
export async function startGatewayProcess(
  test: Ending,
  configFile: string,
  { env = {}, command = [process.execPath, ...sluiceProgram] }: GatewayRun = {},
): Promise<GatewayProcess> {
  const [program, ...args] = command;
  const started = startProgram(test, program, [...args, 'serve', '--config', configFile], env);
  const ended = once(started.child, 'close');
  while (true) {
    const ready = readyLine(started.output());
    if (ready !== undefined) return { ...ready, program: started };
    const news = started.child.stdout === null ? ended : once(started.child.stdout, 'data');
    const isOver = await Promise.race([news.then(() => false), ended.then(() => true)]);
    if (isOver) throw new Error(`the gateway ended before it was ready:\n${started.output()}`);
  }
}

/** The ports in the line that says `sluice ready`, if it was printed. */
function readyLine(output: string): Omit<GatewayProcess, 'program'> | undefined {
  const line = output.split('\n').find((line) => line.includes('sluice ready') && line.endsWith('}'));
  if (line === undefined) return undefined;
  const { httpsPort, opsPort, sshPort } = JSON.parse(line) as Omit<GatewayProcess, 'program'>;
  return { httpsPort, opsPort, ...(sshPort === undefined ? {} : { sshPort }) };
}
