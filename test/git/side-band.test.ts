import t from 'tap';
import { delimPkt, flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { type AnswerShape, SideBandWalker } from '../../gateway/git/side-band.ts';
import { banded, cuts, damaged, pkts, randomCut, randomOfRun, section, singles } from './feeding.ts';

const id = 'a'.repeat(40);
const v2: AnswerShape = { version: 2, holdsPack: true, sideBand: true, done: true, noDone: false };
const v0: AnswerShape = { ...v2, version: 0 };

interface Walked {
  readonly states: readonly string[];
  readonly out: Buffer;
  readonly mayEnd: boolean;
  readonly carriedPack: boolean;
}

/** Feeds the pieces; notes the state whenever it changes, and the bytes that came out. */
function walk(shape: AnswerShape, pieces: readonly Buffer[]): Walked {
  const walker = new SideBandWalker(shape);
  const states: string[] = [walker.state];
  const out: Buffer[] = [];
  for (const piece of pieces) {
    out.push(...walker.feed(piece));
    if (walker.state !== states.at(-1)) states.push(walker.state);
  }
  return { states, out: Buffer.concat(out), mayEnd: walker.mayEnd, carriedPack: walker.carriedPack };
}

type Case = readonly [
  what: string,
  shape: AnswerShape,
  bytes: Buffer,
  states: string,
  mayEnd: boolean,
  pack: boolean,
];
const cases: readonly Case[] = [
  [
    'a v2 fetch',
    v2,
    Buffer.concat([pkts('packfile\n'), banded(2, 'counting\n'), banded(1, 'PACK…'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  [
    'a v2 fetch with all its sections',
    v2,
    Buffer.concat([
      pkts('acknowledgments\n', `ACK ${id}\n`, 'ready\n'),
      delimPkt,
      pkts('shallow-info\n', `shallow ${id}\n`),
      delimPkt,
      pkts('wanted-refs\n', `${id} refs/heads/packfile\n`),
      delimPkt,
      pkts('packfile\n'),
      banded(1, 'P'),
      flushPkt,
    ]),
    'text pack end',
    true,
    true,
  ],
  ['a v2 round without a pack', v2, section('acknowledgments\n', 'NAK\n'), 'text end', true, false],
  [
    'a v2 fetch whose name of the pack has no line end',
    v2,
    Buffer.concat([pkts('packfile'), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  [
    'a v2 ls-refs',
    { ...v2, holdsPack: false },
    section('packfile\n', `${id} refs/heads/a\n`),
    'text end',
    true,
    false,
  ],
  [
    'a v2 fetch that is refused by its host',
    v2,
    pkts('ERR upload-pack: not our ref'),
    'text end',
    true,
    false,
  ],
  ['a v2 fetch that breaks off in its text', v2, pkts('acknowledgments\n'), 'text', false, false],
  [
    'a v2 fetch that breaks off in its pack',
    v2,
    Buffer.concat([pkts('packfile\n'), banded(1, 'P')]),
    'text pack',
    false,
    true,
  ],
  [
    'a v2 fetch that only began to count',
    v2,
    Buffer.concat([pkts('packfile\n'), banded(2, 'counting')]),
    'text pack',
    false,
    false,
  ],
  ['a v2 answer of nothing', v2, Buffer.alloc(0), 'text', false, false],
  [
    'a keepalive',
    v2,
    Buffer.concat([pkts('packfile\n'), banded(1, ''), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  [
    'an empty pkt in front',
    v2,
    Buffer.concat([pkts(''), section('packfile\n')]),
    'text pack end',
    true,
    false,
  ],
  [
    'a v0 clone',
    v0,
    Buffer.concat([pkts('NAK\n'), banded(2, 'x'), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  [
    'a v0 fetch with its last ACK',
    v0,
    Buffer.concat([pkts(`ACK ${id} common\n`, `ACK ${id}\n`), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  [
    'a v0 fetch with 64-digit ids',
    v0,
    Buffer.concat([pkts(`ACK ${'b'.repeat(64)}\n`), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  ['a v0 round', { ...v0, done: false }, pkts(`ACK ${id} common\n`, 'NAK\n'), 'text', true, false],
  ['a v0 round without multi_ack', { ...v0, done: false }, pkts(`ACK ${id}\n`), 'text', true, false],
  [
    'a v0 round that ends without done',
    { ...v0, done: false, noDone: true },
    Buffer.concat([pkts(`ACK ${id} ready\n`, 'NAK\n', `ACK ${id}\n`), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  ['a v0 shallow round', { ...v0, done: false }, section(`shallow ${id}`), 'text', true, false],
  [
    'a v0 shallow clone',
    v0,
    Buffer.concat([section(`shallow ${id}`, `unshallow ${id}`), pkts('NAK\n'), banded(1, 'P'), flushPkt]),
    'text pack end',
    true,
    true,
  ],
  ['a v0 clone that breaks off before it begins', v0, Buffer.alloc(0), 'text', false, false],
  ['a v0 clone that is refused by its host', v0, pkts('ERR no'), 'text end', true, false],
  [
    'a v0 clone without side-band',
    { ...v0, sideBand: false },
    Buffer.concat([pkts('NAK\n'), Buffer.from('PACK\0\0\0\x02 zzzz raw')]),
    'text raw',
    true,
    true,
  ],
  [
    'a v0 fetch without side-band',
    { ...v0, sideBand: false },
    Buffer.concat([pkts(`ACK ${id}\n`), Buffer.from('PACK0000')]),
    'text raw',
    true,
    true,
  ],
];
for (const [what, shape, bytes, states, mayEnd, carriedPack] of cases)
  void t.test(`${what} goes through ${states}; every byte comes out, wherever it is cut`, async (t) => {
    for (const pieces of cuts(bytes)) {
      const walked = walk(shape, pieces);
      t.match(walked, { mayEnd, carriedPack });
      t.equal(walked.states.at(-1), states.split(' ').at(-1));
      t.ok(walked.out.equals(bytes));
    }
    t.strictSame(walk(shape, singles(bytes)).states, states.split(' '));
  });

for (const [what, shape, bytes] of [
  ['packfile-uris, which lead elsewhere', v2, pkts('packfile-uris\n')],
  ['framing that is none', v2, Buffer.from('zzzz')],
  ['bytes behind the end', v2, Buffer.concat([section('packfile\n'), pkts('more')])],
  ['a second flush', v2, Buffer.from('00000000')],
  ['bytes behind the host’s last words', v2, pkts('ERR no', 'more')],
  ['a response-end', v2, Buffer.from('0002')],
  ['a delim inside the pack', v2, Buffer.concat([pkts('packfile\n'), delimPkt])],
  ['a delim in v0', v0, Buffer.from('0001')],
  ['a response-end in v0', v0, Buffer.from('0002')],
] as const)
  void t.test(`${what} throws, wherever it is cut`, async (t) => {
    for (const pieces of cuts(bytes)) t.throws(() => walk(shape, pieces), ProtocolError);
  });

void t.test('a fault is told by its byte in the answer', async (t) => {
  const bytes = Buffer.concat([pkts('packfile\n'), banded(1, 'x'.repeat(100)), Buffer.from('zzzz')]);
  for (const pieces of cuts(bytes)) t.throws(() => walk(v2, pieces), { message: /at byte 118 / });
});

void t.test('only whole pkts come out: what was let through always ends at a boundary', async (t) => {
  const random = randomOfRun(t);
  for (let round = 0; round < 40; round += 1) {
    const list = [
      pktLine('packfile\n'),
      ...Array.from({ length: random(20) }, () =>
        banded(1 + random(2), 'x'.repeat(random(3) === 0 ? 65_000 : random(300))),
      ),
      flushPkt,
    ];
    const boundaries = new Set<number>([0]);
    list.reduce((at, pkt) => {
      boundaries.add(at + pkt.length);
      return at + pkt.length;
    }, 0);
    const walker = new SideBandWalker(v2);
    let out = 0;
    for (const piece of randomCut(Buffer.concat(list), random)) {
      for (const whole of walker.feed(piece)) out += whole.length;
      if (!boundaries.has(out)) t.fail(`stood at byte ${out}, inside a pkt`);
    }
    t.ok(boundaries.has(out) && walker.mayEnd);
  }
});

void t.test('a damaged answer gives a ProtocolError or its own bytes, in order and never more', async (t) => {
  const random = randomOfRun(t);
  const good = cases.map(([, shape, bytes]) => [shape, bytes] as const);
  for (let round = 0; round < 2_000; round += 1) {
    const [shape, bytes] = good[random(good.length)] ?? [v2, Buffer.alloc(0)];
    const bad = damaged(Buffer.concat([bytes, Buffer.from(' ')]), random);
    const walker = new SideBandWalker(shape);
    const out: Buffer[] = [];
    try {
      for (const piece of randomCut(bad, random)) out.push(...walker.feed(piece));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    const handedOn = Buffer.concat(out);
    if (!bad.subarray(0, handedOn.length).equals(handedOn)) t.fail('other bytes than came in');
  }
  t.pass();
});

void t.test(
  'an endless pkt is held up to its length; an endless text and an endless pack pass through',
  async (t) => {
    const walker = new SideBandWalker(v2);
    let [fed, out] = [0, 0];
    const feed = (bytes: Buffer): void => {
      fed += bytes.length;
      for (const piece of walker.feed(bytes)) out += piece.length;
      if (fed - out > 65_520) t.fail(`${fed - out} bytes are held`);
    };
    for (let i = 0; i < 10_000; i += 1) feed(pkts('never packfile\n'));
    feed(pkts('packfile\n'));
    const long = banded(1, Buffer.alloc(65_000));
    for (let i = 0; i < 50; i += 1)
      for (let at = 0; at < long.length; at += 999) feed(long.subarray(at, at + 999));
    t.equal(fed, out);
  },
);
