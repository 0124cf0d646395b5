import t from 'tap';
import { flushPkt } from '../../gateway/git/pkt-line.ts';
import { pushRefusalReport } from '../../gateway/git/report.ts';
import { ReportReader } from '../../gateway/git/report-status.ts';
import { banded, cuts, damaged, randomCut, randomOfRun, section } from './feeding.ts';

const refs = new Set(['refs/heads/a', 'refs/heads/b', 'refs/heads/\xff']);

function read(sideBand: boolean, pieces: readonly Buffer[]): ReportReader {
  const reader = new ReportReader(sideBand, refs);
  for (const piece of pieces) reader.feed(piece);
  return reader;
}

const report = section(
  'unpack ok\n',
  'ok refs/heads/a\n',
  'ng refs/heads/b hook declined\n',
  'ok refs/heads/\xff',
);
const half = report.length >> 1;
for (const [what, sideBand, bytes] of [
  ['bare', false, report],
  ['in one band', true, Buffer.concat([banded(2, 'remote text\n'), banded(1, report), flushPkt])],
  [
    'over several bands, with text between',
    true,
    Buffer.concat([
      banded(1, report.subarray(0, half)),
      banded(2, 'unpack no\n'),
      banded(1, ''),
      banded(1, report.subarray(half)),
      flushPkt,
    ]),
  ],
] as const)
  void t.test(`a report ${what} is read, wherever it is cut`, async (t) => {
    for (const pieces of cuts(bytes)) {
      const reader = read(sideBand, pieces);
      t.equal(reader.unpack, 'ok');
      t.strictSame(reader.verdictOf('refs/heads/a'), { kind: 'applied' });
      t.strictSame(reader.verdictOf('refs/heads/b'), { kind: 'refused', why: 'hook declined' });
      t.strictSame(reader.verdictOf('refs/heads/\xff'), { kind: 'applied' });
    }
  });

void t.test('option lines of report-status-v2 are passed over', async (t) => {
  const reader = read(false, [
    section('unpack ok\n', 'ok refs/heads/a\n', 'option refname refs/heads/x\n', 'option forced-update\n'),
  ]);

  t.strictSame(reader.verdictOf('refs/heads/a'), { kind: 'applied' });
});

void t.test(
  'as in git’s client the last word on a ref counts, and none before unpack or behind the flush',
  async (t) => {
    const reader = read(false, [
      section(
        'ok refs/heads/b\n',
        'unpack index-pack failed\n',
        'unpack ok\n',
        'ok refs/heads/a\n',
        'ng refs/heads/a\n',
      ),
      section('ok refs/heads/a\n', 'ok refs/heads/b\n'),
    ]);

    t.equal(reader.unpack, 'index-pack failed');
    t.strictSame(reader.verdictOf('refs/heads/a'), { kind: 'refused', why: '' });
    t.equal(reader.verdictOf('refs/heads/b'), undefined);
  },
);

for (const [what, sideBand, bytes] of [
  ['a web page', true, Buffer.from('<html>')],
  ['a web page in a band', true, banded(1, '<html>')],
  ['nothing', true, Buffer.alloc(0)],
  ['a bare report where bands were chosen', true, report],
  ['bands where none were chosen', false, Buffer.concat([banded(1, report), flushPkt])],
] as const)
  void t.test(`${what} is no report, and nothing throws`, async (t) => {
    for (const pieces of cuts(bytes)) {
      t.equal(read(sideBand, pieces).unpack, undefined);
      t.equal(read(sideBand, pieces).verdictOf('refs/heads/a'), undefined);
    }
  });

void t.test('a host’s long reason is kept cut, and nothing of refs that were not pushed', async (t) => {
  const reader = new ReportReader(false, refs);
  reader.feed(section(`unpack ${'u'.repeat(60_000)}`).subarray(0, -4));
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 2_000; i += 1) {
    reader.feed(section(`ng refs/heads/${i}${'x'.repeat(30_000)} no`).subarray(0, -4));
    reader.feed(section(`ng refs/heads/b ${'\xc3\xa9'.repeat(15_000)}\n`).subarray(0, -4));
  }
  const verdict = reader.verdictOf('refs/heads/b');

  t.equal(reader.unpack, `${'u'.repeat(499)}…`);
  t.strictSame(verdict, { kind: 'refused', why: `${'é'.repeat(499)}…` });
  t.ok(process.memoryUsage().heapUsed - before < 80e6);
});

void t.test('whatever a host answers, reading it throws nothing', async (t) => {
  const random = randomOfRun(t);
  const good = Buffer.concat([banded(1, report), flushPkt]);
  for (let round = 0; round < 1_000; round += 1)
    read(random(2) === 0, randomCut(damaged(good, random), random));
  t.pass();
});

void t.test('the gateway’s own refusal of three thousand refs is a report', async (t) => {
  const many = Array.from({ length: 3_000 }, (_, i) => `refs/heads/${i}`);
  const reader = new ReportReader(true, new Set(many));
  for (const piece of randomCut(
    pushRefusalReport({ sideBand: 'side-band', reportStatus: true, refs: many }, 'no live grant'),
    randomOfRun(t),
  ))
    reader.feed(piece);

  t.equal(reader.unpack, 'ok');
  t.ok(many.every((ref) => reader.verdictOf(ref)?.kind === 'refused'));
});
