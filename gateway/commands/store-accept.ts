/** `sluice store accept --config FILE`: an operator takes the store as it is in place of the one the nodes knew. */
import type { Command } from 'commander';

export function addStoreAccept(program: Command): void {
  program
    .command('store')
    .description('the store of live grants')
    .command('accept')
    .description('serve again from a store that was emptied, restored or exchanged; run it beside a node')
    .requiredOption('--config <file>', "that node's sluice.yaml")
    .addHelpText(
      'after',
      '\nWhat the store no longer holds is then gone: credentials are refused as unknown, and git forgets them.\n' +
        'Revocations and locks that nodes remember are put back. Exit codes: 0 accepted, 1 not, 78 the file is at fault.',
    )
    .action(async (options: { config: string }) => {
      const { acceptStoreOf } = await import('./accept-store.ts');
      await acceptStoreOf(options.config);
    });
}
