/** `sluice audit verify PATH…`: what an auditor runs on the files, without the gateway and without trusting it. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AuditKey, checkingKeyOf } from '../audit/checkpoint.ts';
import { type Verification, verify } from '../audit/verify.ts';
import { standingOf, verificationWords } from '../audit/verify-words.ts';
import { addAuditErase } from './audit-erase.ts';

/** Exit codes, as the help and docs/audit-format.md say. */
const exit = { attested: 0, fault: 1, unreadable: 2, unattested: 3 } as const;

interface Options {
  readonly key: readonly string[];
  readonly anchor: readonly string[];
  readonly json?: boolean;
}

export function addAuditVerify(program: Command): void {
  const audit = program.command('audit').description('work with the audit log’s files');
  addAuditErase(audit);
  const more = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  audit
    .command('verify')
    .description('check the order, the hashes, the form and the signatures of every entry')
    .argument('<path...>', 'audit directories, or single segments of them')
    .option('--key <file>', 'public key of the checkpoints (PEM); again for a second one', more, [])
    .option('--anchor <file>', 'checkpoints that were kept elsewhere, one a line; again for more', more, [])
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nexit codes: 0 attested: no fault, and an anchor reaches the last checkpoint; 1 a fault; 2 nothing that can be read, or usage;\n' +
        '3 unattested: no fault, but what was cut off at the end, checkpoints and all, could not be seen',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exit.unreadable))
    .action(async (paths: string[], options: Options) => {
      const found = await verified(paths, options).catch((error: Error) => error);
      if (found instanceof Error) {
        process.stderr.write(`sluice: ${found.message}\n`);
        process.exitCode = exit.unreadable;
        return;
      }
      process.stdout.write(
        options.json === true ? `${JSON.stringify(found)}\n` : `${verificationWords(found).join('\n')}\n`,
      );
      process.exitCode = exit[standingOf(found)];
    });
}

async function verified(paths: readonly string[], { key, anchor }: Options): Promise<Verification> {
  if (anchor.length > 0 && key.length === 0)
    throw new Error('--anchor counts for nothing without --key: anybody could have written it');
  const found = await verify(paths, { keys: await Promise.all(key.map(readKey)), anchors: anchor });
  if (found.chains.length === 0) throw new Error(`there is no segment in ${paths.join(', ')}`);
  return found;
}

async function readKey(file: string): Promise<AuditKey> {
  const pem = await readFile(file, 'latin1');
  try {
    return checkingKeyOf(pem);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
