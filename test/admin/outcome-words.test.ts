import t from 'tap';
import { outcomeWords } from '../../admin/views/outcome-words.ts';
import { OperationEnded } from '../../gateway/audit/operation-entries.ts';

const order = undefined;

void t.test('every outcome the audit knows has words', (t) => {
  for (const outcome of OperationEnded.properties.outcome.enum) {
    const words = outcomeWords({ outcome, reason: undefined, order });
    t.ok(words.length > 0 && !words.includes('-'), `${outcome}: ${words}`);
  }
  t.end();
});

void t.test('a reason says why in words, and one that has none stands as it is', (t) => {
  const cases = [
    ['cut', 'end-reached', 'cut: the grant ended'],
    ['cut', 'locked', 'cut: a lock was put on it'],
    ['cut', 'cut', 'cut: an operator cut it'],
    ['refused', 'refused-by-host', 'refused: the git host refused it'],
    ['upstream-failed', 'upstream-broke-off', 'the git host broke off'],
    ['cut', 'something-new', 'cut: something-new'],
    ['something-new', undefined, 'something-new'],
  ] as const;
  for (const [outcome, reason, words] of cases) t.equal(outcomeWords({ outcome, reason, order }), words);
  t.end();
});

void t.test('an order to cut is not given as the reason of another end', (t) => {
  const given = { by: 'Ada', reason: 'stolen' };
  t.equal(outcomeWords({ outcome: 'completed', reason: undefined, order: given }), 'completed');
  t.equal(outcomeWords({ outcome: 'cut', reason: 'locked', order: given }), 'cut: a lock was put on it');
  t.equal(outcomeWords({ outcome: 'cut', reason: undefined, order: given }), 'cut by Ada: “stolen”');
  t.end();
});
