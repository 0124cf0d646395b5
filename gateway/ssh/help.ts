/** What `ssh GATEWAY help` answers. */
import type { Answer } from './answer.ts';
import type { Command, CommandNeeds } from './commands/command.ts';
import { exit, exitCodeLines } from './commands/exit-codes.ts';

/** @param line what stands behind `help`: nothing, or the name of a command */
export function help(
  commands: Readonly<Record<string, Command>>,
  { commandLine, publicUrl }: Pick<CommandNeeds, 'commandLine' | 'publicUrl'>,
  line: string,
): Answer {
  const name = line.trim();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return { lines: commandHelp(name, command, commandLine), exitCode: exit.done };
  if (name !== '')
    return {
      complaints: [`sluice: there is no command ${JSON.stringify(name.slice(0, 40))}; run help`],
      exitCode: exit.usage,
    };
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  return {
    lines: [
      'This is Sluice, which serves git while you hold a grant for it. There is no shell here.',
      '',
      ...Object.entries(commands).map(([called, { summary }]) => `  ${called.padEnd(width)}  ${summary}`),
      `  ${'help'.padEnd(width)}  this text; help COMMAND says more of one`,
      '',
      'With SLUICE_WAIT=1 sent (SetEnv), a refused git command asks, for SLUICE_REASON, and goes on once approved.',
      '',
      ...exitCodeLines,
      '',
      `Ask for access and register keys: ${publicUrl()}/`,
    ],
    exitCode: exit.done,
  };
}

function commandHelp(
  name: string,
  { more = [], summary, usage }: Command,
  commandLine: (words: string) => string,
) {
  return [
    summary,
    '',
    `  ${commandLine(`${name} ${usage}`)}`,
    '',
    ...more,
    ...(more.length === 0 ? [] : ['']),
    ...exitCodeLines,
  ];
}
