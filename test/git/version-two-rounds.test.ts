import t from 'tap';
import { delimPkt, flushPkt } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { VersionTwoRounds } from '../../gateway/git/version-two-rounds.ts';
import { cuts, damaged, pkts, randomCut, randomOfRun, section } from './feeding.ts';

const id = 'a'.repeat(40);
const listing = Buffer.concat([pkts('command=ls-refs\n', 'agent=git/2\n'), delimPkt, section('peel\n')]);
const fetching = Buffer.concat([pkts('command=fetch\n'), delimPkt, section(`want ${id}\n`, 'done\n')]);

interface Split {
  readonly bodies: readonly string[];
  readonly over: boolean;
  readonly isAtRest: boolean;
}

function split(pieces: readonly Buffer[], limit = 10_000): Split {
  const rounds = new VersionTwoRounds(limit);
  for (const piece of pieces) rounds.feed(piece);
  const bodies: string[] = [];
  for (;;) {
    const round = rounds.next();
    if (round === undefined || round === 'over')
      return { bodies, over: round === 'over', isAtRest: rounds.isAtRest };
    const body = Buffer.concat(round.body);
    if (body.length !== round.bytes) throw new Error('a round counts its bytes wrongly');
    bodies.push(body.toString('latin1'));
  }
}

const text = (bytes: Buffer): string => bytes.toString('latin1');

void t.test('wherever the stream is cut, each command up to its flush is one request, as it came', (t) => {
  const stream = Buffer.concat([listing, fetching, listing, flushPkt]);
  const whole = { bodies: [listing, fetching, listing].map(text), over: true, isAtRest: true };
  for (const pieces of cuts(stream)) t.strictSame(split(pieces), whole);
  t.end();
});

for (const [what, stream, expected] of [
  ['a lone flush', flushPkt, { bodies: [], over: true, isAtRest: true }],
  ['nothing', Buffer.alloc(0), { bodies: [], over: false, isAtRest: true }],
  ['half a command', listing.subarray(0, -4), { bodies: [], over: false, isAtRest: false }],
  ['half a length', Buffer.from('00'), { bodies: [], over: false, isAtRest: false }],
  ['a command without an end behind', listing, { bodies: [text(listing)], over: false, isAtRest: true }],
] as const)
  void t.test(`${what} is told from what is whole`, (t) => {
    t.strictSame(split([stream]), expected);
    t.end();
  });

for (const [what, stream, why] of [
  ['bytes behind the end', Buffer.concat([flushPkt, listing]), /behind its end/],
  ['an unknown command', section('command=push\n'), /"push" is not allowed/],
  ['no command', section('agent=git\n'), /names no command/],
  ['an empty line', Buffer.concat([pkts('command=ls-refs\n'), Buffer.from('0004')]), /empty line/],
  ['a response-end', Buffer.concat([pkts('command=ls-refs\n'), Buffer.from('0002')]), /response-end/],
  ['no pkt-line', Buffer.from('GET / HTTP/1.1'), /not four hex digits/],
  [
    'a request past the limit',
    Buffer.concat([pkts('command=fetch\n'), delimPkt, pkts(...Array<string>(300).fill(`have ${id}\n`))]),
    /longer than 10000 bytes/,
  ],
] as const)
  void t.test(`${what} is at fault`, (t) => {
    t.throws(() => split([stream]), { name: 'ProtocolError', message: why });
    t.end();
  });

void t.test('damaged streams give requests or a fault of the protocol, and nothing else', (t) => {
  const random = randomOfRun(t);
  const stream = Buffer.concat([listing, fetching, listing, flushPkt]);
  for (let i = 0; i < 2_000; i += 1) {
    try {
      split(randomCut(damaged(stream, random), random));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  t.pass();
  t.end();
});
