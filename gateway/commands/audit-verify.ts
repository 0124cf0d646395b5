/** `sluice audit verify PATH…`: what an auditor runs on the files, without the gateway and without trusting it. */
import type { Command } from 'commander';
import { type Verification, verify } from '../audit/verify.ts';

/** Exit codes, as the help says. */
const exit = { content: 0, fault: 1, unreadable: 2 } as const;

export function addAuditVerify(program: Command): void {
  const audit = program.command('audit').description('work with the audit log’s files');
  audit
    .command('verify')
    .description('check the order, the hashes and the form of every entry')
    .argument('<path...>', 'audit directories, or single segments of them')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nexit codes: 0 no fault found, 1 a fault, 2 files that cannot be read')
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

function report({ chains, faults }: Verification): string {
  const lines = chains.flatMap(({ chain, segments, entries, lastSeq, hash, openOperations, tornBytes }) => [
    `chain ${chain}: ${entries} entries in ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
    `  complete to ${lastSeq} (${hash.slice(0, 16)}…), unattested: what was cut off behind it cannot be seen in the files alone`,
    ...(openOperations.length > 0
      ? [`  ${openOperations.length} operations without an end: ${openOperations.slice(0, 5).join(', ')}`]
      : []),
    ...(tornBytes > 0 ? [`  ${tornBytes} bytes of a write that was never acknowledged stand behind it`] : []),
  ]);
  for (const { file, line, offset, what } of faults)
    lines.push(`FAULT ${file}:${line} (byte ${offset}) ${what}`);
  return `${lines.join('\n')}\n`;
}
