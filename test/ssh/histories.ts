/** Histories made in one go, so that many of them cost little. */
import { execFile } from 'node:child_process';
import type { Random } from '../git/feeding.ts';

/** The second of a history's first commit; each later one is a day younger. */
export const firstDay = 1_700_000_000;
export const daySeconds = 86_400;

/** A branch to be made: on an existing ref, or from nothing. */
export interface Growth {
  readonly branch: string;
  readonly on?: string;
  readonly commits: number;
  /** Tells the files of two branches apart. */
  readonly name: string;
}

/** Adds commits to a repository, now and then a merge of two of its own among them. */
export async function grow(repository: string, random: Random, growths: readonly Growth[]): Promise<void> {
  let mark = 0;
  const lines: string[] = [];
  for (const { branch, on, commits, name } of growths) {
    const first = mark + 1;
    for (let i = 0; i < commits; i += 1) {
      mark += 1;
      lines.push(
        `commit refs/heads/${branch}`,
        `mark :${mark}`,
        `committer Dana <dana@example.com> ${firstDay + daySeconds * i} +0000`,
        ...data(`${name} ${i}\n`),
      );
      if (i === 0 && on !== undefined) lines.push(`from ${on}`);
      const merged = mark - 2 - random(5);
      if (random(6) === 0 && merged >= first) lines.push(`merge :${merged}`);
      lines.push(`M 100644 inline ${name}/${random(10)}`, ...data(`${name} ${i} ${random(1_000_000)}\n`), '');
    }
  }
  await new Promise<void>((resolve, reject) => {
    const child = execFile('git', ['-C', repository, 'fast-import', '--quiet', '--force'], (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end(lines.join('\n'));
  });
}

function data(text: string): readonly string[] {
  return [`data ${Buffer.byteLength(text)}`, text.replace(/\n$/, '')];
}
