/** The real git client, with a home of its own and none of this machine's configuration. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What a finished program left behind. */
export interface Finished {
  /** The exit status; -1 when a signal ended the program. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs: its process, and what it leaves when it ends. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once stderr has held a match; rejects when the program ends without one. */
  stderrHas(pattern: RegExp): Promise<void>;
}

/** How one git command is run. */
export interface GitRun {
  /** Folder to run in; the client's `directory` by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A git client of one person. */
export interface GitClient {
  /** An empty folder to work in. */
  readonly directory: string;
  /** Runs a git command to its end, whatever its exit status. */
  run(args: readonly string[], how?: GitRun): Promise<Finished>;
  /** Runs a git command that must succeed. @throws with its stderr if it does not */
  must(args: readonly string[], how?: GitRun): Promise<string>;
  /** Starts a git command; it is ended with the test. */
  start(args: readonly string[], how?: GitRun): Running;
}

/**
 * Makes a git client. Certificates are trusted as `caFile` says, nothing is asked at a terminal, no helper keeps a secret.
 *
 * @param env added to the environment of each command
 */
export async function gitClient(
  test: Ending,
  { caFile, env = {} }: { caFile?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<GitClient> {
  const home = await temporaryDirectory(test);
  const directory = join(home, 'work');
  await mkdir(directory);
  const base = { ...isolatedGitEnvironment(home), ...(caFile ? { GIT_SSL_CAINFO: caFile } : {}), ...env };

  const start = (args: readonly string[], how: GitRun = {}): Running => {
    const child = spawn('git', args, {
      cwd: how.cwd ?? directory,
      env: { ...base, ...how.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return follow(test, child);
  };
  const run = (args: readonly string[], how?: GitRun) => start(args, how).finished;
  return {
    directory,
    start,
    run,
    async must(args, how) {
      const done = await run(args, how);
      if (done.code !== 0) throw new Error(`git ${args.join(' ')}: exit ${done.code}\n${done.stderr}`);
      return done.stdout;
    },
  };
}

/** The environment of a git that reads no file of this machine's configuration, with `home` as its home. */
export function isolatedGitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    // A fetch is over when its packs are: git's housekeeping would replace them behind its back, under the next command.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'gc.autoDetach',
    GIT_CONFIG_VALUE_0: 'false',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_AUTHOR_NAME: 'Dana Developer',
    GIT_AUTHOR_EMAIL: 'dana@example.com',
    GIT_COMMITTER_NAME: 'Dana Developer',
    GIT_COMMITTER_EMAIL: 'dana@example.com',
  };
}

/** Collects what a detached program prints and ends its process group with the test. */
function follow(test: Ending, child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('close', (code, signal) => resolve({ code: code ?? -1, signal, stdout, stderr }));
  });
  test.teardown(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
    }
  });
  return {
    child,
    finished,
    stderrHas: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stderr)) return;
          child.stderr?.off('data', look);
          resolve();
        };
        child.stderr?.on('data', look);
        look();
        finished.then(
          () => reject(new Error(`git ended without ${String(pattern)} on stderr:\n${stderr}`)),
          reject,
        );
      }),
  };
}
