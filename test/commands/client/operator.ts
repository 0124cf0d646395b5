/** An operator at a shell: the real program as a process of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { sluiceProgram } from '../../servers/clone.ts';

/** What a command left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where the operator's commands go, and by which credential. */
export interface Shell {
  readonly url: string;
  readonly token: string;
}

/** Makes a shell that runs `sluice` with the address and the credential in its environment. */
export function aShell({ url, token }: Shell): (...args: readonly string[]) => Promise<Ran> {
  return (...args) => sluice({ SLUICE_URL: url, SLUICE_TOKEN: token }, ...args);
}

/** Starts `sluice` with an environment of its own. */
export function startSluice(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [...sluiceProgram, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function sluice(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const child = startSluice(env, ...args);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}
