/** Commands that stop something: the answer's truth about what ran, and an exit code for what is not confirmed. */

import type { Answer } from '../../../admin/handlers/handling.ts';
import type { Running } from '../../../admin/schemas/operations.ts';
import type { CallInput } from './api-call.ts';
import { exit } from './exit-codes.ts';
import { type ClientOptions, complain, perform } from './perform.ts';
import { runningLines } from './running-text.ts';
import { someText } from './shown.ts';

/** The calls that answer with `running`. */
type Stop = 'revokeGrant' | 'makeLock' | 'cutOperation';

/** Makes the call and prints a headline and what became of what ran. */
export async function stop<N extends Stop>(
  options: ClientOptions,
  name: N,
  input: CallInput<N>,
  headline: (answer: Answer<N>) => string,
): Promise<void> {
  const answer = await perform(options, name, input, (answer) =>
    [headline(answer), ...runningLines(runningOf(answer)), ''].join('\n'),
  );
  const unconfirmed = answer === undefined ? [] : runningOf(answer).unconfirmed;
  if (unconfirmed.length === 0) return;
  const nodes = [...new Set(unconfirmed.map(({ node }) => node))];
  complain(
    `it is in force, and ${someText(nodes)} did not confirm in time; see what still runs: sluice operations`,
  );
  process.exitCode = exit.unconfirmed;
}

function runningOf(answer: { readonly running: Running }): Running {
  return answer.running;
}
