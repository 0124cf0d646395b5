import t from 'tap';
import { FetchRequestReader } from '../../gateway/git/fetch-request.ts';
import { delimPkt, flushPkt, longestPayload } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import type { ProtocolVersion } from '../../gateway/git/service.ts';
import { cuts, damaged, pkts, randomCut, randomOfRun, section } from './feeding.ts';

const id = 'a'.repeat(40);
const other = 'b'.repeat(40);

function read(version: ProtocolVersion, pieces: readonly Buffer[]): FetchRequestReader {
  const reader = new FetchRequestReader(version);
  for (const piece of pieces) reader.feed(piece);
  reader.end();
  return reader;
}

/** A v2 request: its command and capabilities, a delim, its arguments, a flush. */
function v2(command: string, ...rest: readonly string[]): Buffer {
  return Buffer.concat([
    pkts(`command=${command}`, 'agent=git/2', 'object-format=sha1'),
    delimPkt,
    section(...rest),
  ]);
}

void t.test('a v2 fetch says what it wants, wherever it is cut', async (t) => {
  const bytes = v2(
    'fetch',
    'thin-pack',
    `want ${id}\n`,
    'want-ref refs/heads/a\n',
    `have ${id}\n`,
    'deepen 1',
    'filter blob:none',
    'done\n',
  );
  for (const pieces of cuts(bytes)) {
    const reader = read(2, pieces);
    t.strictSame(reader.request(), {
      command: 'fetch',
      wants: [id, 'refs/heads/a'],
      wantCount: 2,
      haveCount: 1,
      done: true,
      depth: 'deepen 1',
      filter: 'blob:none',
    });
    t.strictSame(reader.answerShape(), {
      version: 2,
      holdsPack: true,
      sideBand: true,
      done: true,
      noDone: false,
    });
  }
});

for (const version of [0, 1] as const)
  void t.test(`a v${version} fetch says what it wants, wherever it is cut`, async (t) => {
    const bytes = Buffer.concat([
      section(
        `want ${id} multi_ack_detailed no-done side-band-64k ofs-delta agent=git/2\n`,
        `want ${other}\n`,
        `shallow ${id}\n`,
        'deepen 1\n',
      ),
      pkts(`have ${id}\n`, 'done\n'),
    ]);
    for (const pieces of cuts(bytes)) {
      const reader = read(version, pieces);
      t.match(reader.request(), {
        command: 'fetch',
        wants: [id, other],
        haveCount: 1,
        done: true,
        depth: 'deepen 1',
      });
      t.strictSame(reader.answerShape(), {
        version,
        holdsPack: true,
        sideBand: true,
        done: true,
        noDone: true,
      });
    }
  });

for (const [what, version, bytes, shape] of [
  ['ls-refs', 2, v2('ls-refs', 'peel', 'symrefs', 'ref-prefix '), { holdsPack: false }],
  ['object-info', 2, v2('object-info', 'size', `oid ${id}`), { holdsPack: false }],
  ['a command without arguments', 2, section('command=ls-refs'), { holdsPack: false }],
  ['capabilities before the command', 2, section('agent=x', 'command=ls-refs'), { holdsPack: false }],
  [
    'server options with anything in them',
    2,
    section('command=ls-refs', 'server-option=a\tb', 'server-option=\xff'),
    {},
  ],
  ['64-digit ids', 2, v2('fetch', `want ${'c'.repeat(64)}`, 'done'), { holdsPack: true }],
  [
    'side-band of the older kind',
    0,
    Buffer.concat([section(`want ${id} side-band`), pkts('done')]),
    { sideBand: true },
  ],
  [
    'no capabilities',
    0,
    Buffer.concat([section(`want ${id}`), pkts('done\n')]),
    { sideBand: false, done: true },
  ],
  [
    'a round without done',
    0,
    Buffer.concat([section(`want ${id} no-done`), section(`have ${id}`)]),
    { done: false, noDone: true },
  ],
  ['a shallow round', 0, section(`want ${id}`, 'deepen 1'), { done: false }],
  [
    'several rounds of haves',
    0,
    Buffer.concat([section(`want ${id}`), section(`have ${id}`), section(`have ${other}`), pkts('done')]),
    { done: true },
  ],
  ['a flush behind done', 0, Buffer.concat([section(`want ${id}`), section('done')]), { done: true }],
  ['a lone flush', 0, flushPkt, { done: false }],
] as const)
  void t.test(`a v${version} request with ${what} is read`, async (t) => {
    for (const pieces of cuts(bytes)) t.match(read(version, pieces).answerShape(), shape);
  });

for (const [what, version, bytes] of [
  ['a command nobody allows', 2, section('command=bundle-uri')],
  ['a command with NUL', 2, section('command=fetch\0')],
  ['no command', 2, section('agent=x')],
  ['nothing but a flush', 2, flushPkt],
  ['two commands', 2, section('command=fetch', 'command=fetch')],
  ['a second command behind its flush', 2, Buffer.concat([v2('fetch', 'done'), v2('ls-refs')])],
  ['a second flush', 2, Buffer.concat([v2('fetch', 'done'), flushPkt])],
  ['arguments before the command', 2, Buffer.concat([delimPkt, section('done')])],
  ['a second delim', 2, Buffer.concat([pkts('command=fetch'), delimPkt, delimPkt, section('done')])],
  ['a response-end', 2, Buffer.from('0002')],
  ['packfile-uris', 2, v2('fetch', 'packfile-uris https')],
  ['sideband-all', 2, v2('fetch', 'sideband-all')],
  ['sideband-all behind NUL, which git does not see', 2, v2('fetch', 'sideband-all\0x')],
  ['an argument nobody knows', 2, v2('fetch', 'evil')],
  ['an argument of another command', 2, v2('ls-refs', `want ${id}`)],
  ['an unknown capability', 2, section('command=fetch', 'evil=1')],
  ['a command as a capability', 2, section('command=fetch', 'ls-refs')],
  ['an empty line', 2, Buffer.concat([pkts('command=fetch', ''), flushPkt])],
  ['a tab in an argument', 2, v2('fetch', `want\t${id}`)],
  ['no end', 2, pkts('command=fetch')],
  ['an end inside a pkt', 2, Buffer.concat([v2('fetch', 'done'), Buffer.from('00')])],
  ['nothing at all', 2, Buffer.alloc(0)],
  ['a v0 body', 2, section(`want ${id}`)],
  ['a v2 body', 0, v2('fetch', 'done')],
  ['a delim', 0, Buffer.from('0001')],
  ['a response-end', 0, Buffer.from('0002')],
  ['a capability nobody allows', 0, section(`want ${id} packfile-uris`)],
  [
    'capabilities on the second want, which git takes',
    0,
    section(`want ${id}`, `want ${other} side-band-64k`),
  ],
  ['capabilities parted by a tab, which git takes', 0, section(`want ${id}\tside-band-64k`)],
  ['capabilities behind NUL', 0, section(`want ${id}\0side-band-64k`)],
  ['a want behind its flush', 0, Buffer.concat([section(`want ${id}`), section(`want ${other}`)])],
  ['a have before its flush', 0, section(`have ${id}`)],
  ['anything behind done', 0, Buffer.concat([section(`want ${id}`), pkts('done', `have ${id}`)])],
  ['an id of 39 digits', 0, section(`want ${id.slice(1)}`)],
  ['no end', 0, pkts(`want ${id}`)],
  ['haves without end', 0, Buffer.concat([section(`want ${id}`), pkts(`have ${id}`)])],
] as const)
  void t.test(`a v${version} fetch with ${what} is refused, wherever it is cut`, async (t) => {
    for (const pieces of cuts(bytes))
      t.throws(() => read(version, pieces), { code: 'PROTOCOL_FETCH_REQUEST' });
  });

void t.test('a damaged request gives a ProtocolError, or is one', async (t) => {
  const random = randomOfRun(t);
  const good = [
    [2, v2('fetch', `want ${id}`, 'done')],
    [0, Buffer.concat([section(`want ${id} side-band-64k`), pkts(`have ${id}`, 'done')])],
  ] as const;
  for (let round = 0; round < 3_000; round += 1) {
    const [version, bytes] = good[random(2)] ?? good[0];
    try {
      t.ok(read(version, randomCut(damaged(bytes, random), random)).request().command);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
});

void t.test('a million wants keep a hundred', async (t) => {
  const reader = new FetchRequestReader(0);
  const wants = Buffer.concat(Array<Buffer>(1_000).fill(pkts(`want ${id}\n`)));
  for (let i = 0; i < 1_000; i += 1) reader.feed(wants);

  t.equal(reader.request().wantCount, 1_000_000);
  t.equal(reader.request().wants.length, 100);
});

void t.test('of endless text a fixed amount is kept', async (t) => {
  const reader = new FetchRequestReader(2);
  reader.feed(Buffer.concat([pkts('command=fetch'), delimPkt]));
  const line = pkts(`want-ref ${'x'.repeat(longestPayload - 9)}`);
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 300; i += 1) reader.feed(line);
  reader.feed(pkts(`filter ${'y'.repeat(60_000)}`, `deepen-not ${'z'.repeat(60_000)}`));
  const { wants, filter, depth } = reader.request();

  t.ok(wants.every((want) => want.length === 255));
  t.equal((filter ?? '').length, 255);
  t.equal((depth ?? '').length, 255);
  t.ok(process.memoryUsage().heapUsed - before < 40e6);
});
