import t from 'tap';
import { flushPkt } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { SectionEnd, type SectionUntil } from '../../gateway/git/section-end.ts';
import { banded, cuts, damaged, pkts, randomCut, randomOfRun, section } from './feeding.ts';

const id = 'a'.repeat(40);

/** Where the answer ends in these bytes, however they come; -1: not yet. */
function endIn(until: SectionUntil, pieces: readonly Buffer[]): number {
  const end = new SectionEnd(until);
  let taken = 0;
  for (const piece of pieces) {
    if (end.isOver) break;
    taken += end.feed(piece);
  }
  return end.isOver ? taken : -1;
}

const v2Fetch = Buffer.concat([
  pkts('acknowledgments\n', `ACK ${id}\n`, 'ready\n'),
  Buffer.from('0001'),
  pkts('packfile\n'),
  banded(1, 'NAK\n0000'),
  flushPkt,
]);
const cases: readonly (readonly [what: string, until: SectionUntil, answer: Buffer, behind: Buffer])[] = [
  ['a v2 fetch, a flush inside its pack’s bytes', 'flush', v2Fetch, section('x')],
  ['an advertisement', 'flush', section(`${id} HEAD\0agent=x\n`, `${id} refs/heads/main\n`), pkts('NAK\n')],
  ['a round without anything common', 'acknowledged', pkts('NAK\n'), banded(1, 'PACK')],
  [
    'a round of multi_ack',
    'acknowledged',
    pkts(`ACK ${id} common\n`, `ACK ${id} ready\n`, 'NAK\n'),
    pkts(`ACK ${id}\n`),
  ],
  ['a first acknowledgment without multi_ack', 'acknowledged', pkts(`ACK ${id}\n`), banded(1, 'PACK')],
  ['none', 'nothing', Buffer.alloc(0), pkts('NAK\n')],
];
for (const [what, until, answer, behind] of cases)
  void t.test(`${what} ends where it ends, however it is cut`, async (t) => {
    const bytes = Buffer.concat([answer, behind]);
    for (const pieces of cuts(bytes)) if (endIn(until, pieces) !== answer.length) t.fail(what);
    if (answer.length > 0) t.equal(endIn(until, [answer.subarray(0, -1)]), -1);
    t.equal(endIn(until, [bytes]), answer.length);
  });

void t.test('one that ends with its stream takes everything', async (t) => {
  const end = new SectionEnd('stream');
  t.equal(end.feed(Buffer.from('PACK, and no pkts')), 17);
  t.equal(end.isOver, false);
});

void t.test('damaged answers end somewhere, not yet, or as a protocol error', async (t) => {
  const random = randomOfRun(t);
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = damaged(v2Fetch, random);
    try {
      const end = endIn('flush', randomCut(bytes, random));
      if (end > bytes.length) t.fail('it ends behind its bytes');
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  t.pass();
});
