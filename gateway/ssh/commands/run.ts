/** One of Sluice's own commands, from its line to the end of its channel. */
import type { ChannelRequest } from '../../edge/ssh-visitor.ts';
import { StoreError } from '../../store/store-error.ts';
import { type Answer, say, textOf } from '../answer.ts';
import type { SshIdentity } from '../authentication.ts';
import type { OwnCommand } from '../exec-command.ts';
import { help } from '../help.ts';
import { keyCaller, keyHolder } from '../key-caller.ts';
import { approve, deny } from './answers.ts';
import { readArguments } from './arguments.ts';
import { extend, request } from './asking.ts';
import type { Command, CommandNeeds } from './command.ts';
import { exit } from './exit-codes.ts';
import { grants, requests } from './lists.ts';
import { me } from './me.ts';
import { revoke } from './revoke.ts';

/** In the order of `help`. */
const commands: Readonly<Record<Exclude<OwnCommand, 'help'>, Command>> = {
  me,
  request,
  requests,
  grants,
  approve,
  deny,
  revoke,
  extend,
};

/** Who gave it. */
export interface CommandGiver {
  readonly identity: SshIdentity;
  /** What somebody reads who is not known. */
  readonly unknownLines: readonly string[];
}

/** @param line what stands behind the command's name */
export async function runCommand(
  needs: CommandNeeds,
  channel: Pick<ChannelRequest, 'channel' | 'closed'>,
  giver: CommandGiver,
  name: OwnCommand,
  line: string,
): Promise<void> {
  say(channel, await answer(needs, channel, giver, name, line));
}

async function answer(
  needs: CommandNeeds,
  { channel, closed }: Pick<ChannelRequest, 'channel' | 'closed'>,
  { identity, unknownLines }: CommandGiver,
  name: OwnCommand,
  line: string,
): Promise<Answer> {
  if (name === 'help') return help(commands, needs, line);
  const command = commands[name];
  const args = readArguments(line, command.shape);
  if (typeof args === 'string')
    return {
      complaints: [`sluice: ${args}`, `usage: ${needs.commandLine(`${name} ${command.usage}`)}`],
      exitCode: exit.usage,
    };
  const again = () => keyHolder(needs.store, identity);
  try {
    const holder = await again();
    if (holder === undefined) return { complaints: unknownLines, exitCode: exit.refused };
    const tell = (lines: readonly string[]) => void channel.stderr.write(textOf(lines));
    return await command.run(needs, { args, holder, caller: keyCaller(holder), again, closed, tell });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return {
      complaints: ['sluice: the grant store cannot be reached; try again in a minute'],
      exitCode: exit.unavailable,
    };
  }
}
