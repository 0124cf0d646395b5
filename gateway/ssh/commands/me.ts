/** `me`, and no command at all: who you are, and what you may do now. */
import { greetingLines } from '../greeting.ts';
import { answerOf, type Command } from './command.ts';
import { exit } from './exit-codes.ts';

export const me: Command = {
  usage: '[--json]',
  summary: 'who you are, and what you may do now; the same as no command',
  shape: { positionals: [], options: { json: 'flag' } },
  async run(needs, given) {
    const body = await needs.call('me', given.caller, {});
    const lines = await greetingLines(needs.store, given.holder, needs);
    return answerOf(given, body, () => ({ lines, exitCode: exit.done }));
  },
};
