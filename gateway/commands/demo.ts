/** `sluice demo`: the demo, from an installed gateway. */
import type { Command } from 'commander';
import { main } from '../demo/main.ts';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('try the gateway out: a Git host, an identity provider and a story come with it')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[options...]')
    .action((_options: string[], _opts: unknown, command: Command) => main(command.args));
}
