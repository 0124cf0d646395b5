/** The git programs of an eager host: what runs, what each was last given, and what they are told of a push. */
import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { isolatedGitEnvironment } from '../servers/git.ts';
import type { HostStep } from './plan.ts';

/** A push as the host got it. */
export interface HostPush {
  /** The first ref that its list names. */
  readonly ref: string;
  readonly repository: string;
}

/** Awaited before the host goes on. */
export type Reached = (step: HostStep, push: HostPush) => Promise<void>;

export interface GitProgram {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly said: Readable;
  /** What it was given, once its list has come. */
  push: HostPush | undefined;
}

export interface GitPrograms {
  /** Programs that run, each with the ref it was last given. */
  readonly running: ReadonlyMap<ChildProcess, string>;
  /** Resolves when none runs any more. */
  idle(): Promise<void>;
  start(...args: string[]): GitProgram;
  /** Gives a program what comes from a source; resolves when that ends or breaks off, and leaves the program's input open. */
  feed(
    program: GitProgram,
    source: Readable,
    repository: string,
    reached: Reached,
  ): Promise<'whole' | 'broken off'>;
  killAll(): void;
}

export function gitPrograms(): GitPrograms {
  const running = new Map<ChildProcess, string>();
  const waiting = new Set<() => void>();
  const env = isolatedGitEnvironment('/nonexistent');
  return {
    running,
    async idle() {
      while (running.size > 0)
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
    },
    start(...args) {
      const child = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
      // Read from the start: Node drops what a program that has ended said and nobody read yet.
      const said = child.stdout.pipe(new PassThrough());
      running.set(child, 'none yet');
      child.once('close', () => {
        running.delete(child);
        if (running.size === 0) for (const wake of waiting) wake();
      });
      child.stdin.on('error', () => undefined);
      return { child, stdin: child.stdin, said, push: undefined };
    },
    async feed(program, source, repository, reached) {
      const { child, stdin } = program;
      const head: Buffer[] = [];
      source.on('data', (chunk: Buffer) => {
        stdin.write(chunk);
        if (program.push !== undefined) return;
        head.push(chunk);
        const [, ref] = / (refs\/[!-~]+)/.exec(Buffer.concat(head).toString('latin1', 0, 4_096)) ?? [];
        if (ref === undefined) return;
        program.push = { ref, repository };
        running.set(child, ref);
        source.pause();
        void reached('the host is asked', program.push).then(() => source.resume());
      });
      return await new Promise((resolve) => {
        source.once('end', () => resolve('whole')).once('close', () => resolve('broken off'));
      });
    },
    killAll() {
      for (const child of running.keys()) child.kill('SIGKILL');
    },
  };
}
