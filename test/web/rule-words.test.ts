import t from 'tap';
import type { Rule } from '../../admin/web/src/api/shapes.ts';
import { firstSentence } from '../../admin/web/src/repositories/first-sentence.ts';
import { answerWords, automaticOf } from '../../admin/web/src/repositories/rule-words.ts';

void t.test('how access comes about is a sentence', async (t) => {
  t.equal(answerWords('automatic'), 'Granted by itself at the first use.');
  t.equal(answerWords('ask'), 'Granted at once to whoever asks with a reason.');
  t.equal(answerWords('1 of payments-leads'), 'One of payments-leads must agree.');
  t.equal(answerWords('2 approvers and 11 of leads'), '2 approvers and 11 of leads must agree.');
});

void t.test('what nobody has to agree to is listed, and nothing else', async (t) => {
  const rights = [
    { right: 'fetch', approval: 'automatic' },
    { right: 'push', approval: 'ask' },
  ];
  const rules = [
    { match: 'hub/open', rights },
    { match: 'hub/**', rights: [{ right: 'fetch', approval: '1 approver' }] },
  ];
  t.strictSame(automaticOf(rules as unknown as Rule[]), [
    'fetch of hub/open',
    'push to hub/open, with a reason',
  ]);
});

void t.test('what git would show is told in one sentence', async (t) => {
  t.equal(
    firstSentence('sluice: no live grant to push to hub/x\nask: https://gw'),
    'No live grant to push to hub/x.',
  );
  t.equal(firstSentence('sluice: hub/x is locked: "an incident"'), 'hub/x is locked: "an incident".');
  t.equal(
    firstSentence('sluice: refs/heads/main is outside G-1, which covers refs/tags/**'),
    'refs/heads/main is outside G-1, which covers refs/tags/**.',
  );
});
