/** `sluice audit erase P-… --directory DIR`: takes a person's name and address out of the people file; the chain knows only the id, and verifies as before. */
import type { Command } from 'commander';
import { lockDirectory } from '../audit/directory-lock.ts';
import { openPeople } from '../audit/people.ts';

/** Adds the command below `audit`. */
export function addAuditErase(audit: Command): void {
  audit
    .command('erase')
    .description('take a person out of the people file of a node that is stopped')
    .argument('<id>', 'P-…, as the entries name the person')
    .requiredOption('--directory <dir>', "the node's audit directory; each node has its own")
    .addHelpText(
      'after',
      '\nThe entries stay, with the id alone, and verify as before. When the person signs in again they are noted again.\n' +
        'Exit codes: 0 erased, 1 not: nobody has that id there, or a node writes there.',
    )
    .action(async (id: string, { directory }: { directory: string }) => {
      const why = await erased(id, directory).catch((error: Error) => error.message);
      if (why === undefined) process.stdout.write(`${id} is erased from ${directory}\n`);
      else {
        process.stderr.write(`sluice: ${why}\n`);
        process.exitCode = 1;
      }
    });
}

/** @returns why it was not done */
async function erased(id: string, directory: string): Promise<string | undefined> {
  // A node that runs has the names in memory, and may be writing one.
  const lock = await lockDirectory(directory);
  try {
    const people = await openPeople(directory);
    return (await people.erase(id)) ? undefined : `nobody has the id ${id} in ${directory}`;
  } finally {
    await lock.release();
  }
}
