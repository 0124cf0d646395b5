/** Long-running programs as peers: started for a test, waited for, ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { dyingWithUs } from './dying-with.ts';
import type { Ending } from './ending.ts';

/** How long a program gets to end by itself once it was told to, in milliseconds. */
const endsWithinMs = 3_000;

/** Milliseconds between two looks whether a program answers yet; nothing tells us when nginx or fcgiwrap are ready. */
const lookEveryMs = 10;

/** How long a program may take until it answers. */
const answersWithinMs = 20_000;

/** A started program; its stdout and stderr are kept for the message of a failure. */
export interface Program {
  readonly command: string;
  readonly child: ChildProcess;
  /** What it printed so far, both streams. */
  output(): string;
  /** Tells it to end (SIGTERM by default) and resolves when it has; SIGKILL after three seconds. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program that is ended with the test.
 *
 * @param stdin `pipe` for a program that is told what to do while it runs
 */
export function startProgram(
  test: Ending,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin: 'ignore' | 'pipe' = 'ignore',
): Program {
  const child = spawn(...dyingWithUs(onPath(command), args), {
    env: { PATH: process.env.PATH, ...env },
    stdio: [stdin, 'pipe', 'pipe'],
    // A group of its own: nginx and fcgiwrap have workers, which must not outlive them.
    detached: true,
  });
  const signalAll = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) signalGroup(child.pid, signal);
  };
  const lastResort = () => signalAll('SIGKILL');
  process.once('exit', lastResort);
  let output = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
    child.once('close', () => resolve());
  }).finally(() => process.off('exit', lastResort));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    signalAll(signal);
    const force = setTimeout(() => signalAll('SIGKILL'), endsWithinMs);
    await ended;
    clearTimeout(force);
  };
  test.teardown(() => stop());
  return { command, child, output: () => output, stop };
}

/**
 * Waits until somebody listens where the program should.
 *
 * @throws with what the program printed, when it ends first or takes over 20 s
 */
export async function untilListening(program: Program, where: NetConnectOpts): Promise<void> {
  const deadline = performance.now() + answersWithinMs;
  while (!(await accepts(where))) {
    const { exitCode, signalCode } = program.child;
    if (exitCode !== null || signalCode !== null || performance.now() > deadline) {
      throw new Error(`${program.command} does not listen:\n${program.output()}`);
    }
    await delay(lookEveryMs);
  }
}

function accepts(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where)
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => resolve(false));
  });
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Servers live in /usr/sbin, which an account's PATH often leaves out. */
function onPath(command: string): string {
  return existsSync(`/usr/sbin/${command}`) ? `/usr/sbin/${command}` : command;
}
