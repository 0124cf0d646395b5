import t from 'tap';
import { ArchiveRounds } from '../../gateway/git/archive-rounds.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { banded, cuts, pkts, section } from './feeding.ts';

const asked = section('argument --format=tar\n', 'argument HEAD\n');

void t.test('an archive is asked for once, and its bytes come behind an acknowledgment', async (t) => {
  for (const pieces of cuts(asked)) {
    const rounds = new ArchiveRounds(1_000);
    for (const piece of pieces) rounds.feed(piece);
    const [first, second, over] = [rounds.next(), rounds.next(), rounds.next()];
    if (typeof first !== 'object' || typeof second !== 'object') throw new Error('no request came');
    if (!Buffer.concat(first.body).equals(asked)) t.fail('the request is not what was sent');
    t.strictSame([first.until, second.bytes, second.until, over], ['flush', 0, 'flush', 'over']);
    first.walker.feed(section('ACK\n'));
    t.strictSame([first.walker.state, first.walker.mayEnd], ['text', true]);
    t.equal(second.walker.state, 'pack', 'a reason is in a side-band from here on');
    second.walker.feed(Buffer.concat([banded(2, 'working\n'), banded(1, 'tar')]));
    t.strictSame([second.walker.mayEnd, second.walker.carriedPack], [false, true]);
    second.walker.feed(Buffer.from('0000'));
    t.ok(second.walker.mayEnd);
  }
});

for (const [what, bytes] of [
  ['something else than an argument', section('want x\n')],
  ['a NUL', section('argument a\0b\n')],
  ['bytes behind its end', Buffer.concat([asked, pkts('argument x\n')])],
  ['more than the limit', section(`argument ${'x'.repeat(1_000)}\n`)],
] as const)
  void t.test(`${what} is refused`, async (t) => {
    t.throws(() => new ArchiveRounds(1_000).feed(bytes), ProtocolError);
  });
