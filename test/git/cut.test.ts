import t from 'tap';
import { bandLine, cutFetchBytes, progressLines } from '../../gateway/git/cut.ts';
import { PktLineReader } from '../../gateway/git/pkt-line.ts';

for (const [state, expected] of [
  ['text', '000fERR one\ntwo'],
  ['pack', '0009\x02one\n0009\x02two\n0015\x03access has ended0000'],
  ['raw', undefined],
  ['end', ''],
] as const)
  void t.test(
    `the last words in ${state} are ${expected === undefined ? 'none' : JSON.stringify(expected)}`,
    async (t) => {
      t.equal(cutFetchBytes(state, ['one', 'two'])?.toString('latin1'), expected);
    },
  );

void t.test('no words move a cursor, begin a line or turn a direction', async (t) => {
  for (const state of ['text', 'pack'] as const)
    t.notMatch(
      cutFetchBytes(state, ['a\u001b[2J\r\nb\u202e\u0085'])?.toString(),
      /[\u001b\r\u202e\u0085]|\nb/,
    );
});

void t.test('however much there is to say, each pkt fits a side-band of the older kind', async (t) => {
  const lengths: number[] = [];
  const reader = new PktLineReader((pkt) => {
    if (pkt.kind === 'data') lengths.push(pkt.payload.length + 4);
    return 'go-on';
  });
  reader.feed(progressLines(Array<string>(1_000).fill('𝒳'.repeat(100_000))));

  t.ok(reader.atBoundary && lengths.length === 40);
  t.ok(Math.max(...lengths) <= 1_000);
});

void t.test('a band’s number is its first byte', async (t) => {
  t.equal(bandLine(3, 'é').toString('latin1'), '0007\x03\xc3\xa9');
});
