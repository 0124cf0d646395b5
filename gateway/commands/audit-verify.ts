/** `sluice audit verify PATH…`: what an auditor runs on the files, without the gateway and without trusting it. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AuditKey, checkingKeyOf } from '../audit/checkpoint.ts';
import { ascii } from '../audit/line.ts';
import { type Verification, type VerifiedChain, verify } from '../audit/verify.ts';
import { addAuditErase } from './audit-erase.ts';

/** Exit codes, as the help and docs/audit-format.md say. */
const exit = { attested: 0, fault: 1, unreadable: 2, unattested: 3 } as const;

/** Operations without an end that are named; the rest is counted. */
const namedOperations = 5;

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
      process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : report(found));
      process.exitCode = exitCodeOf(found);
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

function exitCodeOf({ chains, faults }: Verification): number {
  if (faults.length > 0) return exit.fault;
  return chains.every(({ attestation }) => attestation === 'attested') ? exit.attested : exit.unattested;
}

function report({ chains, faults, repeatedEvents, chainsElsewhere }: Verification): string {
  const lines = chains.flatMap(chainReport);
  if (repeatedEvents > 0)
    lines.push(`${repeatedEvents} entries tell an event of the store again, as they may`);
  for (const { chain, seq, by } of chainsElsewhere)
    lines.push(`chain ${ascii(chain)} is not here; ${ascii(by)} attests its entry ${seq}`);
  for (const { file, line, offset, what } of faults) {
    lines.push(`FAULT ${file}:${line} (byte ${offset}) ${ascii(what)}`);
  }
  return `${lines.join('\n')}\n`;
}

function chainReport(chain: VerifiedChain): readonly string[] {
  const { segments, entries, lastSeq, lastAt, hash, openOperations, torn, tornBytes } = chain;
  const lines = [
    `chain ${chain.chain}: ${entries} entries in ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
  ];
  const head = entries === 0 ? 'nothing' : `${lastSeq} of ${timeOf(lastAt)} (${hash.slice(0, 16)}…)`;
  lines.push(`  complete to ${head}, ${attestationOf(chain)}`, `  ${signaturesOf(chain)}`);
  if (openOperations.length > 0) {
    const named = openOperations.slice(0, namedOperations).map(ascii).join(', ');
    const more = openOperations.length > namedOperations ? ' …' : '';
    lines.push(`  ${openOperations.length} operations without an end: ${named}${more}`);
  }
  for (const { file, offset, bytes } of torn) {
    lines.push(
      `  ${bytes} bytes from byte ${offset} of ${file} were never acknowledged, as the next segment says`,
    );
  }
  if (tornBytes > 0)
    lines.push(`  ${tornBytes} bytes of a write that was never acknowledged stand behind it`);
  return lines;
}

function attestationOf({ attestation, attestedTo, attestedBy, lastSigned }: VerifiedChain): string {
  const to = `attested to ${attestedTo} by ${attestedBy}`;
  if (attestation === 'attested') return to;
  if (attestedTo !== undefined)
    return `${to}; unattested behind that, though checkpoint ${lastSigned?.seq} was signed later: give an anchor that is newer`;
  return 'unattested: what was cut off behind it cannot be seen in the files alone';
}

function signaturesOf({ checkpoints, signedCheckpoints, lastSigned, lastSeq }: VerifiedChain): string {
  if (lastSigned !== undefined)
    return `${signedCheckpoints} checkpoints signed, the last one (${lastSigned.seq}, key ${lastSigned.key}) ${lastSeq - lastSigned.seq} entries before the end`;
  if (checkpoints === 0) return 'no checkpoint: nothing shows that it was not written anew as a whole';
  return `${checkpoints} checkpoints, signed by no key given: they prove nothing`;
}

function timeOf(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString();
}
