/** `sluice audit verify PATH…`: what an auditor runs on the files, without the gateway and without trusting it. */
import type { Command } from 'commander';
import { ascii } from '../audit/line.ts';
import { type Verification, type VerifiedChain, verify } from '../audit/verify.ts';

/** Exit codes, as the help and docs/audit-format.md say. */
const exit = { content: 0, fault: 1, unreadable: 2 } as const;

/** Operations without an end that are named; the rest is counted. */
const namedOperations = 5;

export function addAuditVerify(program: Command): void {
  const audit = program.command('audit').description('work with the audit log’s files');
  audit
    .command('verify')
    .description('check the order, the hashes and the form of every entry')
    .argument('<path...>', 'audit directories, or single segments of them')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nexit codes: 0 no fault found (what was cut off at the end cannot be seen: unattested), 1 a fault, 2 nothing that can be read, or usage',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exit.unreadable))
    .action(async (paths: string[], options: { json?: boolean }) => {
      let found: Verification;
      try {
        found = await verify(paths);
      } catch (error) {
        process.stderr.write(`sluice: ${(error as Error).message}\n`);
        process.exitCode = exit.unreadable;
        return;
      }
      if (found.chains.length === 0) {
        process.stderr.write(`sluice: there is no segment in ${paths.join(', ')}\n`);
        process.exitCode = exit.unreadable;
        return;
      }
      process.stdout.write(options.json === true ? `${JSON.stringify(found)}\n` : report(found));
      process.exitCode = found.faults.length > 0 ? exit.fault : exit.content;
    });
}

function report({ chains, faults, repeatedEvents }: Verification): string {
  const lines = chains.flatMap(chainReport);
  if (repeatedEvents > 0)
    lines.push(`${repeatedEvents} entries tell an event of the store again, as they may`);
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
  lines.push(
    `  complete to ${head}, unattested: what was cut off behind it cannot be seen in the files alone`,
  );
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

function timeOf(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? 'no time' : time.toISOString();
}
