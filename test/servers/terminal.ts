/** A command at a terminal, and a person who reads what it shows and types. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ending } from './ending.ts';

export interface Terminal {
  /** All that was shown so far, carriage returns left out. */
  readonly shown: string;
  /** Resolves to the match once it is shown behind what earlier calls matched; rejects when the command ends without. */
  reads(what: RegExp): Promise<RegExpExecArray>;
  /** Types a line. */
  types(line: string): void;
  /** Types, and does not end the line. */
  writes(text: string): void;
  /** Goes away, as a closed window does. */
  closes(): void;
  readonly ended: Promise<number | null>;
}

const program = fileURLToPath(new URL('./terminal.py', import.meta.url));

export function aTerminal(
  t: Ending,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Terminal {
  const child = spawn('python3', [program, ...command], {
    env: { PATH: process.env.PATH, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let shown = '';
  let from = 0;
  let isOver = false;
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      shown += piece.toString().replaceAll('\r', '');
      look();
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve(code);
      look();
    });
  });
  child.stdin.on('error', () => undefined);
  t.teardown(async () => {
    child.kill();
    await ended;
  });
  return {
    get shown() {
      return shown;
    },
    reads: (what) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = what.exec(shown.slice(from));
          if (found !== null) {
            from += found.index + found[0].length;
            resolve(found);
          } else if (isOver) reject(new Error(`the command ended without ${what} behind: ${shown}`));
          else return;
          watchers.delete(watch);
        };
        watchers.add(watch);
        watch();
      }),
    types: (line) => void child.stdin.write(`${line}\n`),
    writes: (text) => void child.stdin.write(text),
    closes: () => void child.kill(),
    ended,
  };
}
