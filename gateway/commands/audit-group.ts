/** `sluice audit`: the group that the commands on the log's files stand in. */
import type { Command } from 'commander';

/** The group, made by whoever comes first. */
export function auditGroup(program: Command): Command {
  const known = program.commands.find((command) => command.name() === 'audit');
  return known ?? program.command('audit').description('work with the audit log’s files');
}
