/** The two verifiers side by side: ours, and the one that was written from the format page. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { checkingKeyOf } from '../../gateway/audit/checkpoint.ts';
import { verify } from '../../gateway/audit/verify.ts';

export interface Answer {
  readonly chains: Readonly<Record<string, number>>;
  readonly faults: readonly { readonly file: string; readonly line: number }[];
  readonly open: readonly string[];
  readonly attested: readonly string[];
}

/** What both are given beside the files. */
export interface Given {
  readonly keyFile?: string;
  readonly anchors: readonly string[];
}

/** Asks the verifier that was written from the format page. */
async function second(directory: string, { keyFile, anchors }: Given): Promise<Answer> {
  const script = fileURLToPath(new URL('./second_verifier.py', import.meta.url));
  const given = [
    ...(keyFile === undefined ? [] : ['--key', keyFile]),
    ...anchors.flatMap((file) => ['--anchor', file]),
  ];
  const { stdout } = await promisify(execFile)('python3', [script, directory, ...given]);
  return JSON.parse(stdout) as Answer;
}

async function ours(directory: string, { keyFile, anchors }: Given): Promise<Answer> {
  const keys = keyFile === undefined ? [] : [checkingKeyOf(await readFile(keyFile, 'latin1'))];
  const { chains: found, faults } = await verify([directory], { keys, anchors });
  return {
    chains: Object.fromEntries(found.map(({ chain, lastSeq }) => [chain, lastSeq])),
    faults: faults.map(({ file, line }) => ({ file, line })),
    open: found.flatMap(({ openOperations }) => openOperations).toSorted(),
    attested: found.flatMap(({ chain, attestation }) => (attestation === 'attested' ? [chain] : [])),
  };
}

/** Claims that both say the same of a directory, and gives it. */
export async function agree(
  t: Test,
  directory: string,
  what: string,
  given: Given = { anchors: [] },
): Promise<Answer> {
  const [one, two] = await Promise.all([ours(directory, given), second(directory, given)]);
  t.strictSame(two, one, what);
  return one;
}
