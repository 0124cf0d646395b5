import t from 'tap';
import { flushPkt } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { type HostRemembers, VersionZeroRounds } from '../../gateway/git/version-zero-rounds.ts';
import { banded, cuts, damaged, pkts, randomCut, randomOfRun, section } from './feeding.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const detailed = `want ${a} multi_ack_detailed side-band-64k ofs-delta\n`;
const haves = (...ids: readonly string[]): string[] => ids.map((id) => `have ${id}\n`);
const done = pkts('done\n');
const pack = Buffer.concat([banded(1, 'PACK…'), flushPkt]);
const text = (bytes: Buffer): string => bytes.toString('latin1');

/** One exchange of a conversation: what the host is asked, what it answers, and what of that goes down. */
type Step = readonly [asked: Buffer, answered: Buffer, down: Buffer];

/** Feeds all of a client's stream at once, as one that sends ahead does, and plays the host. */
function converse(
  pieces: readonly Buffer[],
  steps: readonly Step[],
  cut: (bytes: Buffer) => readonly Buffer[] = (bytes) => [bytes],
  host: HostRemembers = 'nothing',
) {
  const rounds = new VersionZeroRounds(0, 10_000, host);
  for (const piece of pieces) rounds.feed(piece);
  const seen: string[][] = [];
  let mayEnd = true;
  for (const [, answered] of steps) {
    const round = rounds.next();
    if (round === undefined || round === 'over') throw new Error(`${String(round)} in place of a request`);
    const down = cut(answered).flatMap((piece) => [...round.walker.feed(piece)]);
    mayEnd &&= round.walker.mayEnd;
    seen.push([text(Buffer.concat(round.body)), text(Buffer.concat(down))]);
  }
  return { seen, mayEnd, after: rounds.next(), isAtRest: rounds.isAtRest };
}

const wants = section(detailed);
const deep = section(detailed, `shallow ${c}\n`, 'deepen 3\n');
const shallowSection = section(`shallow ${d}\n`, `unshallow ${c}\n`);
const conversations: readonly (readonly [what: string, stream: Buffer, steps: readonly Step[]])[] = [
  [
    'a clone',
    Buffer.concat([wants, done]),
    [
      [
        Buffer.concat([wants, done]),
        Buffer.concat([pkts('NAK\n'), pack]),
        Buffer.concat([pkts('NAK\n'), pack]),
      ],
    ],
  ],
  [
    'a fetch in three rounds: what is common is said again, and acknowledged to the client once',
    Buffer.concat([wants, section(...haves(b, c)), section(...haves(d)), done]),
    [
      [
        Buffer.concat([wants, section(...haves(b, c))]),
        pkts(`ACK ${b} common\n`, 'NAK\n'),
        pkts(`ACK ${b} common\n`, 'NAK\n'),
      ],
      [
        Buffer.concat([wants, pkts(...haves(b)), section(...haves(d))]),
        pkts(`ACK ${b} common\n`, `ACK ${d} common\n`, `ACK ${d} ready\n`, 'NAK\n'),
        pkts(`ACK ${d} common\n`, `ACK ${d} ready\n`, 'NAK\n'),
      ],
      [
        Buffer.concat([wants, pkts(...haves(b, d)), done]),
        Buffer.concat([pkts(`ACK ${b} common\n`, `ACK ${d} common\n`, `ACK ${d}\n`), pack]),
        Buffer.concat([pkts(`ACK ${d}\n`), pack]),
      ],
    ],
  ],
  [
    'a fetch with a depth: the shallow section is asked for first, and comes down once',
    Buffer.concat([deep, section(...haves(b)), done]),
    [
      [deep, shallowSection, shallowSection],
      [
        Buffer.concat([deep, section(...haves(b))]),
        Buffer.concat([shallowSection, pkts('NAK\n')]),
        pkts('NAK\n'),
      ],
      [
        Buffer.concat([deep, done]),
        Buffer.concat([shallowSection, pkts('NAK\n'), pack]),
        Buffer.concat([pkts('NAK\n'), pack]),
      ],
    ],
  ],
  [
    'a fetch without multi_ack: the one acknowledgment comes down once',
    Buffer.concat([section(`want ${a} side-band-64k\n`), section(...haves(b)), done]),
    [
      [
        Buffer.concat([section(`want ${a} side-band-64k\n`), section(...haves(b))]),
        pkts(`ACK ${b}\n`),
        pkts(`ACK ${b}\n`),
      ],
      [
        Buffer.concat([section(`want ${a} side-band-64k\n`), pkts(...haves(b)), done]),
        Buffer.concat([pkts(`ACK ${b}\n`), pack]),
        pack,
      ],
    ],
  ],
  [
    'a fetch without side-band: the raw pack passes as it is',
    Buffer.concat([section(`want ${a}\n`), done]),
    [
      [
        Buffer.concat([section(`want ${a}\n`), done]),
        Buffer.concat([pkts('NAK\n'), Buffer.from('PACK\0\0')]),
        Buffer.concat([pkts('NAK\n'), Buffer.from('PACK\0\0')]),
      ],
    ],
  ],
  [
    'an error of the host stands where it came',
    Buffer.concat([deep, done]),
    [[deep, pkts('ERR upload-pack: not our ref'), pkts('ERR upload-pack: not our ref')]],
  ],
];

for (const [what, stream, steps] of conversations)
  void t.test(what, (t) => {
    const seen = steps.map(([asked, , down]) => [text(asked), text(down)]);
    for (const pieces of cuts(stream)) {
      const found = converse(pieces, steps);
      t.strictSame(found.seen, seen);
      t.ok(found.mayEnd);
    }
    const longest = Math.max(...steps.map(([, answered]) => answered.length));
    for (let at = 1; at < longest; at += 1) {
      const found = converse([stream], steps, (bytes) => [bytes.subarray(0, at), bytes.subarray(at)]);
      t.strictSame(found.seen, seen);
    }
    if (steps.length === 3) t.equal(converse([stream], steps).after, 'over');
    t.end();
  });

void t.test('an id that the client has not said is not said for it', (t) => {
  const stream = Buffer.concat([wants, section(...haves(b)), done]);
  const stranger = pkts(`ACK ${c} common\n`, 'NAK\n');
  t.strictSame(
    converse(
      [stream],
      [
        [wants, stranger, stranger],
        [wants, Buffer.alloc(0), Buffer.alloc(0)],
      ],
    ).seen[1]?.[0],
    text(Buffer.concat([wants, done])),
  );
  t.end();
});

void t.test('an answer that ends inside its shallow section is not whole', (t) => {
  t.notOk(converse([deep], [[deep, pkts(`shallow ${d}\n`), Buffer.alloc(0)]]).mayEnd);
  t.end();
});

for (const [what, stream, after, isAtRest] of [
  ['a lone flush', flushPkt, 'over', true],
  ['nothing', Buffer.alloc(0), undefined, true],
  ['wants without their flush', pkts(detailed), undefined, false],
  ['haves without their flush', Buffer.concat([wants, pkts(...haves(b))]), undefined, false],
] as const)
  void t.test(`${what} is told from what is whole`, (t) => {
    const found = converse([stream], []);
    t.strictSame([found.after, found.isAtRest], [after, isAtRest]);
    t.end();
  });

for (const [what, stream, why] of [
  [
    'no-done, which is not offered',
    section(`want ${a} no-done multi_ack_detailed\n`),
    /"no-done" was not offered/,
  ],
  ['an unknown capability', section(`want ${a} evil\n`), /"evil" is not allowed/],
  ['bytes behind done', Buffer.concat([wants, done, done]), /behind its end/],
  ['bytes behind a lone flush', Buffer.concat([flushPkt, wants]), /behind its end/],
  ['a delim', Buffer.from('0001'), /without a line/],
  ['a fetch that wants nothing', section('deepen 1\n'), /wants nothing/],
  [
    'a request past the limit',
    Buffer.concat([wants, pkts(...Array<string>(300).fill(`have ${b}\n`))]),
    /longer than 10000 bytes/,
  ],
] as const)
  void t.test(`${what} is at fault`, (t) => {
    t.throws(() => converse([stream], []), { name: 'ProtocolError', message: why });
    t.end();
  });

void t.test('what is said again counts towards the limit', (t) => {
  const ids = Array.from({ length: 150 }, (_, i) => i.toString(16).padStart(40, '0'));
  const rounds = new VersionZeroRounds(0, 10_000);
  rounds.feed(Buffer.concat([wants, section(...haves(...ids)), section(...haves(...ids))]));
  const first = rounds.next();
  if (first === undefined || first === 'over') throw new Error('no request');
  first.walker.feed(pkts(...ids.map((id) => `ACK ${id} common\n`)));
  t.throws(() => rounds.next(), { code: 'PROTOCOL_TOO_LARGE' });
  t.end();
});

void t.test('damaged conversations give requests or a fault of the protocol, and nothing else', (t) => {
  const random = randomOfRun(t);
  for (const [, stream, steps] of conversations)
    for (let i = 0; i < 300; i += 1)
      try {
        const cut = (bytes: Buffer): readonly Buffer[] =>
          bytes.length === 0 ? [] : randomCut(damaged(bytes, random), random);
        converse(cut(stream), steps, cut);
      } catch (error) {
        if (!(error instanceof ProtocolError) && !/in place of a request/.test(String(error))) throw error;
      }
  t.pass();
  t.end();
});

void t.test(
  'a host on a stream of its own is told everything once, and each answer ends where it says',
  async (t) => {
    const plain = section(`want ${a} ofs-delta\n`);
    const streams: readonly (readonly [
      what: string,
      stream: Buffer,
      asked: readonly [Buffer, Buffer, string][],
    ])[] = [
      [
        'rounds of multi_ack behind a shallow section',
        Buffer.concat([deep, section(...haves(b)), section(...haves(d)), done]),
        [
          [deep, shallowSection, 'flush'],
          [section(...haves(b)), pkts(`ACK ${b} common\n`, 'NAK\n'), 'acknowledged'],
          [section(...haves(d)), pkts(`ACK ${d} ready\n`, 'NAK\n'), 'acknowledged'],
          [done, Buffer.concat([pkts(`ACK ${d}\n`), pack]), 'flush'],
        ],
      ],
      [
        'one that knows no multi_ack is answered once, and its pack comes at once',
        Buffer.concat([plain, section(...haves(b)), section(...haves(d)), section(...haves(c)), done]),
        [
          [Buffer.concat([plain, section(...haves(b))]), pkts('NAK\n'), 'acknowledged'],
          [section(...haves(d)), pkts(`ACK ${d}\n`), 'acknowledged'],
          [section(...haves(c)), Buffer.alloc(0), 'nothing'],
          [done, Buffer.from('PACK without side-band'), 'stream'],
        ],
      ],
    ];
    for (const [what, stream, asked] of streams) {
      const steps = asked.map(([question, answer]): Step => [question, answer, answer]);
      const { seen, mayEnd, after } = converse([stream], steps, undefined, 'everything');
      t.strictSame(
        seen,
        steps.map(([question, , down]) => [text(question), text(down)]),
        what,
      );
      t.strictSame([mayEnd, after], [true, 'over']);
      const rounds = new VersionZeroRounds(0, 10_000, 'everything');
      rounds.feed(stream);
      for (const [, answer, until] of asked) {
        const round = rounds.next();
        if (round === undefined || round === 'over') throw new Error(String(round));
        t.equal(round.until, until);
        round.walker.feed(answer);
      }
    }
  },
);
