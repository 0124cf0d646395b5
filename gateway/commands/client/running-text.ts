/** What became of the operations that a revocation, a lock or a cut met: the API's line, and one more for each of them. */
import type { Running } from '../../../admin/schemas/operations.ts';
import { momentText, personText, shown, someText } from './shown.ts';
import { table } from './table.ts';

type Touched = Running['cut'][number];

/** Lines; what is not confirmed stands first, since somebody has to look at it. */
export function runningLines({ summary, cut, passedBefore, ended, unconfirmed }: Running): readonly string[] {
  const rows = [
    ...unconfirmed.map((each) =>
      row(
        'NOT CONFIRMED',
        each,
        `last seen ${momentText(each.nodeSeenAt)}, over by ${momentText(each.endsBy)} at the latest`,
      ),
    ),
    ...passedBefore.map((each) =>
      row(
        'passed before',
        each,
        `at ${momentText(each.passedAt)}: ${someText(each.refs)}${each.outcome === undefined ? ', not reported by its host yet' : `, ${shown(each.outcome)}`}`,
      ),
    ),
    ...ended.map((each) => row('ended by itself', each, shown(each.outcome))),
    ...cut.map((each) => row('cut', each, '')),
  ];
  return [shown(summary), ...table(rows).map((line) => `  ${line}`)];
}

function row(
  what: string,
  { id, right, repository, principal, node }: Touched,
  more: string,
): readonly string[] {
  return [what, shown(id), right, shown(repository), personText(principal), `node ${shown(node)}`, more];
}
