import t from 'tap';
import { decidedAgain, tallyWords, withNames } from '../../admin/web/src/audit/replay-words.ts';
import { readReport } from '../../admin/web/src/audit/report-reading.ts';

void t.test('a step says whether deciding again agrees, and what differs', async (t) => {
  const findings = [
    { chain: 'A', seq: 7, at: 1, type: 'x', verdict: 'disagreed' as const, what: 'no grant stood' },
  ];
  t.match(decidedAgain({ chain: 'A', seq: 7, verdict: 'disagreed' }, findings), {
    verdict: 'another decision',
    tone: 'bad',
    why: 'no grant stood',
  });
  t.strictSame(decidedAgain({ chain: 'B', seq: 7, verdict: 'agreed' }, findings), {
    verdict: 'the same',
    tone: 'good',
  });
  t.equal(decidedAgain({ chain: 'A', seq: 1 }, findings).verdict, 'no decision');
  t.equal(
    tallyWords({ agreed: 2, disagreed: 1, undecidable: 0 }, 'decision'),
    '3 decisions: 2 the same, 1 decided otherwise.',
  );
});

void t.test('people are named in what is told of a step', async (t) => {
  const people = [{ id: 'P-7', name: 'Dana\u202e' }, { id: 'P-8' }];
  t.equal(withNames('P-7 is refused; by P-8 and P-9', people), 'Dana\\u202E is refused; by P-8 and P-9');
});

void t.test(
  'rules without an operation are unused, and absent approvers are told with their rules',
  async (t) => {
    const approvers = [{ from: ['leads'], count: 1, signedIn: [], neverSignedIn: ['leads'] }];
    const read = readReport({
      rules: [
        { rule: 'hub/a', grants: 1, operations: 4 },
        { rule: 'hub/b', grants: 2, operations: 0 },
      ],
      today: [
        { rule: 'hub/a', right: 'fetch', approvers },
        { rule: 'hub/b', right: 'fetch', approvers },
        { rule: 'hub/c', right: 'push', approvers: [] },
      ],
      refusals: [{ count: 3 }, { count: 4 }],
    });
    t.strictSame(read.unusedRules, ['hub/b', 'hub/c']);
    t.strictSame(read.neverSignedIn, [{ who: 'leads', rules: ['hub/a', 'hub/b'] }]);
    t.equal(read.refusals, 7);
  },
);

void t.test('what is no report reads as an empty one', async (t) => {
  for (const odd of [undefined, null, 'x', [], { rules: 'x', today: 7, reviews: [null] }])
    t.match(readReport(odd), { grants: 0, unusedRules: undefined, neverSignedIn: [] });
});
