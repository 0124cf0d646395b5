import t from 'tap';
import { PktLineReader } from '../../gateway/git/pkt-line.ts';
import { type PushDialect, pushRefusalReport, pushRefusalText } from '../../gateway/git/report.ts';

const refs = ['refs/heads/a', Buffer.from('refs/heads/\xff', 'latin1')];
const bare = '000eunpack ok\n0022ng refs/heads/a no live grant\n0022ng refs/heads/\xff no live grant\n0000';

function dialect(sideBand: PushDialect['sideBand'], reportStatus = true): PushDialect {
  return { sideBand, reportStatus, refs };
}

for (const [sideBand, reportStatus, expected] of [
  ['none', true, bare],
  ['side-band', true, `005b\x01${bare}0000`],
  ['side-band-64k', true, `005b\x01${bare}0000`],
  ['none', false, ''],
  ['side-band', false, '0000'],
  ['side-band-64k', false, '0000'],
] as const)
  void t.test(
    `a refusal for ${sideBand} and ${reportStatus ? 'a' : 'no'} report is what git reads`,
    async (t) => {
      t.equal(
        pushRefusalReport(dialect(sideBand, reportStatus), 'no live grant').toString('latin1'),
        expected,
      );
    },
  );

for (const [sideBand, longest] of [
  ['side-band', 1_000],
  ['side-band-64k', 65_520],
] as const)
  void t.test(`no pkt of a long report for ${sideBand} is longer than ${longest} bytes`, async (t) => {
    const many = Array.from({ length: 3_000 }, (_, i) => `refs/heads/${'x'.repeat(i)}`);
    const lengths: number[] = [];
    const reader = new PktLineReader((pkt) => {
      lengths.push(pkt.kind === 'data' ? pkt.payload.length + 4 : 0);
      return 'go-on';
    });
    reader.feed(pushRefusalReport({ sideBand, reportStatus: true, refs: many }, '𝒳'.repeat(1_000)));

    t.equal(Math.max(...lengths), longest);
    t.equal(lengths.at(-1), 0);
    t.ok(reader.atBoundary);
  });

void t.test('a reason moves no cursor and ends no line', async (t) => {
  t.match(
    pushRefusalReport(dialect('none'), 'a\x1b[2J\nok refs/heads/a').toString('latin1'),
    'ng refs/heads/a a\\u{1b}[2J\\u{a}ok refs/heads/a\n',
  );
});

void t.test('the text comes a line a pkt on band 2, where there is a band', async (t) => {
  t.equal(
    pushRefusalText(dialect('side-band'), ['one', 'two']).toString('latin1'),
    '0009\x02one\n0009\x02two\n',
  );
  t.equal(pushRefusalText(dialect('none'), ['one']).length, 0);
});
