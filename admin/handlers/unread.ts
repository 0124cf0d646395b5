/** Why a node's log was not read for somebody. */
import type { ReadApart } from '../admin-deps.ts';
import { Problem } from '../problem.ts';

/** What is read, as problems name it. */
const readings = {
  replay: { words: 'the replay', command: 'sluice audit replay' },
  report: { words: 'the report', command: 'sluice audit report' },
  verify: { words: 'the verification', command: 'sluice audit verify' },
  counts: { words: 'the counting', command: 'sluice audit query' },
} as const;

export function unread(
  outcome: Exclude<ReadApart<unknown>, { readonly kind: 'answered' }>,
  reading: keyof typeof readings,
): Problem {
  if (outcome.kind === 'busy')
    return new Problem(
      429,
      'too-many',
      'this node reads its log for somebody else; try again when that is done',
      {
        retryAfterSeconds: 10,
      },
    );
  const { words, command } = readings[reading];
  return new Problem(
    503,
    `${reading}-given-up`,
    `${words} was given up: ${outcome.what}. On the files \`${command}\` takes as long as it needs`,
  );
}
