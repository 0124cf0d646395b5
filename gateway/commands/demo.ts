/** `sluice demo`: the demo, from an installed gateway. */
import type { Command } from 'commander';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('try the gateway out: a Git host, an identity provider and a story come with it')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[options...]')
    .action(async (_options: string[], _opts: unknown, command: Command) => {
      const { main } = await import('../demo/main.ts');
      await main(command.args);
    });
}
