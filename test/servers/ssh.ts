/** The real OpenSSH client, told everything on its command line: no file of this machine's configuration is read. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface SshRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SshClient {
  readonly directory: string;
  /** Options in front of the host, as `GIT_SSH_COMMAND` takes them too. */
  readonly options: readonly string[];
  /** Runs a command, or none; `args` stand in front of the options, where they win. */
  run(command: string | undefined, args?: readonly string[], how?: SshHow): Promise<SshRun>;
}

export interface SshHow {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** In a session of its own, where no terminal can be opened, and free to ask questions that nobody hears. */
  readonly withoutTerminal?: boolean;
}

/** How long an answer of the door may take on a machine that is busy with other things. */
const endsWithinMs = 60_000;

export async function sshClient(
  test: Ending,
  port: number,
  hostKeyLine: string,
  identities: readonly string[] = [],
): Promise<SshClient> {
  const directory = await temporaryDirectory(test);
  await mkdir(join(directory, 'home'));
  const knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKeyLine}\n`);
  const options = [
    '-F',
    'none',
    ...['-p', String(port)],
    ...[
      `UserKnownHostsFile=${knownHosts}`,
      'GlobalKnownHostsFile=/dev/null',
      'StrictHostKeyChecking=yes',
      'BatchMode=yes',
      'IdentitiesOnly=yes',
    ].flatMap((option) => ['-o', option]),
    ...(identities.length === 0 ? ['-o', 'IdentityFile=none'] : []),
    ...identities.flatMap((file) => ['-i', file]),
  ];
  return {
    directory,
    options,
    run(command, args = [], { env = {}, input = '', withoutTerminal = false } = {}) {
      return new Promise((resolve, reject) => {
        const child = spawn(
          'ssh',
          [
            ...args,
            ...(withoutTerminal ? ['-o', 'BatchMode=no'] : []),
            ...options,
            'git@127.0.0.1',
            ...(command === undefined ? [] : [command]),
          ],
          {
            env: { PATH: process.env.PATH, HOME: join(directory, 'home'), ...env },
            timeout: endsWithinMs,
            detached: withoutTerminal,
          },
        );
        let [stdout, stderr] = ['', ''];
        child.stdout.on('data', (chunk: Buffer) => {
          stdout += chunk.toString('latin1');
        });
        child.stderr.on('data', (chunk: Buffer) => {
          stderr += chunk.toString();
        });
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, stdout, stderr }));
        child.stdin.on('error', () => undefined).end(input);
      });
    },
  };
}
