import t from 'tap';
import { decidedAgain, tallyWords, withNames } from '../../admin/web/src/audit/replay-words.ts';
import { readReport } from '../../admin/web/src/audit/report-reading.ts';

const nothing = {
  ...{ from: 0, to: 1, hash: 'a', grants: [], neverUsed: [], refusals: [] },
  ...{ rules: [], gaps: [], reviews: [] },
};

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
    const today = (rule: string, right: string) => {
      return { rule, critical: false, right, requesters: [], mayAsk: [], approvers };
    };
    const refused = (count: number) => {
      return {
        who: { id: 'P-7' },
        repository: 'hub/a',
        right: 'fetch',
        reason: 'no-grant',
        count,
        lastAt: 1,
      };
    };
    const read = readReport({
      ...nothing,
      rules: [
        { rule: 'hub/a', grants: 1, operations: 4 },
        { rule: 'hub/b', grants: 2, operations: 0 },
      ],
      today: [today('hub/a', 'fetch'), today('hub/b', 'fetch'), { ...today('hub/c', 'push'), approvers: [] }],
      refusals: [refused(3), refused(4)],
    });
    t.strictSame(read.unusedRules, ['hub/b', 'hub/c']);
    t.strictSame(read.neverSignedIn, [{ who: 'leads', rules: ['hub/a', 'hub/b'] }]);
    t.equal(read.refusals, 7);
  },
);

void t.test('a report of nothing reads as that, and a name stands for its id', async (t) => {
  t.match(readReport(nothing), { grants: 0, gaps: [], unusedRules: undefined, neverSignedIn: [] });
  const review = { at: 1, remarks: 'read', hash: 'b', isOfThis: true };
  const read = readReport({
    ...nothing,
    gaps: [{ chain: 'A-1', after: 7, what: 'gone' }],
    reviews: [
      { by: { id: 'P-7', name: 'Aude' }, ...review },
      { by: { id: 'P-8' }, ...review },
    ],
  });
  t.match(read, { gaps: ['A-1, behind entry 7: gone'], reviews: [{ by: 'Aude' }, { by: 'P-8' }] });
});
