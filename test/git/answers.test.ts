import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { AdvertisementRewriter } from '../../gateway/git/advertisement.ts';
import { cutFetchBytes } from '../../gateway/git/cut.ts';
import { FetchRequestReader } from '../../gateway/git/fetch-request.ts';
import { delimPkt, flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import { errorAdvertisement, errorPkt, lfsRefusal } from '../../gateway/git/refusal.ts';
import { pushRefusalReport, pushRefusalText } from '../../gateway/git/report.ts';
import { ReportReader } from '../../gateway/git/report-status.ts';
import type { Service } from '../../gateway/git/service.ts';
import { type AnswerShape, SideBandWalker } from '../../gateway/git/side-band.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { cuts, randomCut, randomOf, seedOfRun } from './feeding.ts';

const id = 'a'.repeat(40);
const v2: AnswerShape = { version: 2, holdsPack: true, sideBand: true, done: true };
const v0: AnswerShape = { version: 0, holdsPack: true, sideBand: true, done: true };
const data = (band: number, text: string): Buffer =>
  pktLine(Buffer.concat([Buffer.from([band]), Buffer.from(text)]));

/** Feeds the pieces and notes the state whenever it changes; the bytes that came out. */
function walk(
  shape: AnswerShape,
  pieces: readonly Buffer[],
): { states: string[]; out: Buffer; boundary: boolean } {
  const walker = new SideBandWalker(shape);
  const states: string[] = [walker.state];
  const out: Buffer[] = [];
  for (const piece of pieces) {
    out.push(...walker.feed(piece));
    if (walker.state !== states.at(-1)) states.push(walker.state);
  }
  return { states, out: Buffer.concat(out), boundary: walker.atBoundary };
}

const answers: readonly (readonly [string, AnswerShape, Buffer, states: readonly string[]])[] = [
  [
    'a v2 fetch',
    v2,
    Buffer.concat([pktLine('packfile\n'), data(2, 'counting\n'), data(1, 'PACK…'), flushPkt]),
    ['text', 'pack', 'end'],
  ],
  [
    'a v2 fetch with acknowledgments and shallow-info',
    v2,
    Buffer.concat([
      pktLine('acknowledgments\n'),
      pktLine(`ACK ${id}\n`),
      pktLine('ready\n'),
      delimPkt,
      pktLine('shallow-info\n'),
      pktLine(`shallow ${id}\n`),
      delimPkt,
      pktLine('packfile\n'),
      data(1, 'P'),
      flushPkt,
    ]),
    ['text', 'pack', 'end'],
  ],
  [
    'a v2 round without a pack',
    v2,
    Buffer.concat([pktLine('acknowledgments\n'), pktLine('NAK\n'), flushPkt]),
    ['text', 'end'],
  ],
  [
    'a v2 ls-refs with a ref called packfile',
    { ...v2, holdsPack: false },
    Buffer.concat([pktLine('packfile\n'), pktLine(`${id} refs/heads/a\n`), flushPkt]),
    ['text', 'end'],
  ],
  [
    'a v0 clone',
    v0,
    Buffer.concat([pktLine('NAK\n'), data(2, 'x'), data(1, 'P'), flushPkt]),
    ['text', 'pack', 'end'],
  ],
  [
    'a v0 fetch with its last ACK',
    v0,
    Buffer.concat([pktLine(`ACK ${id} common\n`), pktLine(`ACK ${id}\n`), data(1, 'P'), flushPkt]),
    ['text', 'pack', 'end'],
  ],
  [
    'a v0 round without done',
    { ...v0, done: false },
    Buffer.concat([pktLine(`ACK ${id} common\n`), pktLine('NAK\n')]),
    ['text'],
  ],
  [
    'a v0 shallow clone',
    v0,
    Buffer.concat([pktLine(`shallow ${id}`), flushPkt, pktLine('NAK\n'), data(1, 'P'), flushPkt]),
    ['text', 'pack', 'end'],
  ],
  [
    'a v0 answer without side-band',
    { ...v0, sideBand: false },
    Buffer.concat([pktLine('NAK\n'), Buffer.from('PACK\0\0\0\x02 zzzz raw')]),
    ['text', 'raw'],
  ],
];
for (const [what, shape, bytes, states] of answers)
  void t.test(
    `${what} goes through ${states.join(', ')}, wherever it is cut, and every byte comes out`,
    async (t) => {
      for (const pieces of cuts(bytes)) {
        const walked = walk(shape, pieces);
        t.strictSame(
          walked.states.filter((state, i) => i === 0 || states.includes(state)).at(-1),
          states.at(-1),
        );
        t.ok(walked.out.equals(bytes) && walked.boundary);
      }
      t.strictSame(
        walk(
          shape,
          Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
        ).states,
        states,
      );
    },
  );

void t.test('only whole pkts come out: what was let through always ends at a boundary', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 40; round += 1) {
    const pkts = [
      pktLine('packfile\n'),
      ...Array.from({ length: random(20) }, () =>
        data(1 + random(2), 'x'.repeat(random(3) === 0 ? 65_000 : random(300))),
      ),
      flushPkt,
    ];
    const boundaries = new Set<number>([0]);
    pkts.reduce((at, pkt) => {
      boundaries.add(at + pkt.length);
      return at + pkt.length;
    }, 0);
    const walker = new SideBandWalker(v2);
    let out = 0;
    for (const piece of randomCut(Buffer.concat(pkts), random)) {
      for (const whole of walker.feed(piece)) out += whole.length;
      if (!boundaries.has(out)) t.fail(`stood at byte ${out}, inside a pkt`);
    }
    t.ok(boundaries.has(out));
  }
});

void t.test('packfile-uris and framing that is none throw', async (t) => {
  t.throws(() => walk(v2, [pktLine('packfile-uris\n')]), ProtocolError);
  t.throws(() => walk(v2, [Buffer.from('zzzz')]), ProtocolError);
});

void t.test('the last words fit where the answer stands', async (t) => {
  t.equal(cutFetchBytes('text', ['one', 'two'])?.toString(), '000fERR one\ntwo');
  t.equal(cutFetchBytes('pack', ['one'])?.toString('latin1'), '0009\x02one\n0015\x03access has ended0000');
  t.equal(cutFetchBytes('raw', ['one']), undefined);
  t.equal(cutFetchBytes('end', ['one'])?.length, 0);
  t.notMatch(cutFetchBytes('pack', ['a\u001b[2J\r\nb\u202e'])?.toString() ?? '', /[\u001b\r\u202e]/);
});

/** A real advertisement of a repository. */
function advertisement(repository: string, service: Service, env: Record<string, string> = {}): Buffer {
  return execFileSync('git', [service.slice(4), '--http-backend-info-refs', repository], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
}

function rewrite(
  service: Service,
  pieces: readonly Buffer[],
  withServiceLine = false,
): { out: Buffer; boundary: boolean } {
  const rewriter = new AdvertisementRewriter(service, withServiceLine);
  const out = pieces.flatMap((piece) => [...rewriter.feed(piece)]);
  return { out: Buffer.concat(out), boundary: rewriter.atBoundary };
}

void t.test('real advertisements pass, sha1 and sha256, empty and not, v0, v1 and v2', async (t) => {
  const directory = await temporaryDirectory(t);
  await makeAppRepository(directory);
  for (const format of ['sha1', 'sha256']) {
    mkdirSync(`${directory}/${format}`);
    execFileSync('git', ['init', '-q', '--bare', `--object-format=${format}`, `${directory}/${format}`]);
  }
  for (const repository of ['app.git', 'sha1', 'sha256'])
    for (const service of ['git-upload-pack', 'git-receive-pack'] as const)
      for (const version of service === 'git-upload-pack' ? ['0', '1', '2'] : ['0', '1']) {
        const bytes = advertisement(`${directory}/${repository}`, service, {
          GIT_PROTOCOL: `version=${version}`,
        });
        const whole = rewrite(service, [bytes]);
        t.ok(whole.boundary, `${repository} ${service} v${version}`);
        for (const pieces of [...cuts(bytes)].slice(-3)) t.ok(rewrite(service, pieces).out.equals(whole.out));
        // An empty repository has no line to put capabilities on in version 1.
        const says = whole.out.includes(0) || version === '2';
        if (!says) continue;
        if (repository === 'sha256') t.match(whole.out.toString(), 'object-format=sha256');
        t.notMatch(whole.out.toString(), /bundle-uri|packfile-uris/);
        t.match(
          whole.out.toString('latin1'),
          version === '2' ? 'version 2' : service === 'git-upload-pack' ? 'multi_ack' : 'report-status',
        );
      }
});

void t.test('what would lead elsewhere is taken out of an advertisement, the rest stays', async (t) => {
  const first = `${id} refs/heads/a\0multi_ack side-band-64k evil=1 packfile-uris=https object-format=sha1\n`;
  const { out } = rewrite('git-upload-pack', [pktLine(first), pktLine(`${id} refs/heads/b\n`), flushPkt]);
  t.match(out.toString('latin1'), `${id} refs/heads/a\0multi_ack side-band-64k object-format=sha1\n`);
  const two = rewrite('git-upload-pack', [
    pktLine('version 2\n'),
    pktLine('fetch=shallow packfile-uris sideband-all filter\n'),
    pktLine('bundle-uri\n'),
    pktLine('evil\n'),
    pktLine('ls-refs=unborn\n'),
    flushPkt,
  ]);
  t.strictSame(two.out.toString().match(/[a-z-]+(=[a-z -]+)?\n/g), [
    'fetch=shallow filter\n',
    'ls-refs=unborn\n',
  ]);
});

for (const [what, bytes] of [
  ['an error of the host', pktLine('ERR internal')],
  ['no capabilities', pktLine(`${id} refs/heads/a\n`)],
  ['a second list', Buffer.concat([pktLine(`${id} refs/heads/a\0x\n`), pktLine(`${id} refs/heads/b\0x\n`)])],
  ['bytes behind the end', Buffer.concat([pktLine(`${id} refs/heads/a\0x\n`), flushPkt, pktLine('more')])],
] as const)
  void t.test(`${what} in an advertisement throws`, async (t) => {
    t.throws(() => rewrite('git-upload-pack', [bytes]), { code: 'PROTOCOL_ADVERTISEMENT' });
  });

function request(version: 0 | 1 | 2, pieces: readonly Buffer[]): FetchRequestReader {
  const reader = new FetchRequestReader(version);
  for (const piece of pieces) reader.feed(piece);
  return reader;
}

void t.test('a fetch says what it wants, wherever it is cut', async (t) => {
  const two = Buffer.concat([
    pktLine('command=fetch'),
    pktLine('agent=git/2'),
    pktLine('object-format=sha1'),
    delimPkt,
    pktLine('thin-pack'),
    pktLine(`want ${id}\n`),
    pktLine(`have ${id}\n`),
    pktLine('deepen 1'),
    pktLine('filter blob:none'),
    pktLine('done\n'),
    flushPkt,
  ]);
  for (const pieces of cuts(two)) {
    const reader = request(2, pieces);
    t.match(reader.request(), {
      command: 'fetch',
      wants: [id],
      wantCount: 1,
      haveCount: 1,
      depth: 'deepen 1',
      filter: 'blob:none',
      done: true,
    });
    t.strictSame(reader.answerShape(), v2);
  }
  const zero = Buffer.concat([
    pktLine(`want ${id} multi_ack_detailed side-band-64k ofs-delta\n`),
    pktLine(`want ${id}\n`),
    flushPkt,
    pktLine(`have ${id}\n`),
    pktLine('done\n'),
  ]);
  for (const pieces of cuts(zero)) {
    const reader = request(0, pieces);
    t.match(reader.request(), { command: 'fetch', wantCount: 2, haveCount: 1, done: true });
    t.strictSame(reader.answerShape(), v0);
  }
});

for (const [what, bytes] of [
  ['a command nobody allows', Buffer.concat([pktLine('command=bundle-uri'), flushPkt])],
  [
    'a second command',
    Buffer.concat([
      pktLine('command=fetch'),
      delimPkt,
      pktLine('done'),
      flushPkt,
      pktLine('command=ls-refs'),
    ]),
  ],
  [
    'packfile-uris',
    Buffer.concat([pktLine('command=fetch'), delimPkt, pktLine('packfile-uris https'), flushPkt]),
  ],
  ['sideband-all', Buffer.concat([pktLine('command=fetch'), delimPkt, pktLine('sideband-all'), flushPkt])],
  ['an unknown capability', Buffer.concat([pktLine('command=fetch'), pktLine('evil=1'), flushPkt])],
  ['arguments before the command', Buffer.concat([delimPkt, pktLine('done')])],
] as const)
  void t.test(`a v2 fetch with ${what} is refused`, async (t) => {
    t.throws(() => request(2, [bytes]), { code: 'PROTOCOL_FETCH_REQUEST' });
  });

void t.test('a million wants keep a fixed amount', async (t) => {
  const reader = new FetchRequestReader(0);
  const want = Buffer.concat(Array(1_000).fill(pktLine(`want ${id}\n`)));
  for (let i = 0; i < 1_000; i += 1) reader.feed(want);
  t.match(reader.request(), { wantCount: 1_000_000 });
  t.equal(reader.request().wants.length, 100);
});

void t.test('refusals are pkts that git understands', async (t) => {
  t.equal(errorPkt(['no', 'ask']).toString(), '000eERR no\nask');
  t.equal(
    errorAdvertisement('git-upload-pack', ['no']).toString(),
    '001e# service=git-upload-pack\n0000000aERR no',
  );
  t.strictSame(JSON.parse(lfsRefusal(['no', 'ask'], 'https://x')), {
    message: 'no; ask',
    documentation_url: 'https://x',
  });
});

void t.test(
  'a push is refused with unpack ok and a reason for each ref, in the bands its client reads',
  async (t) => {
    const refs = ['refs/heads/a', Buffer.from('refs/heads/\xff', 'latin1')];
    const bare = pushRefusalReport({ sideBand: 'none', reportStatus: true, refs }, 'no live grant');
    t.equal(
      bare.toString('latin1'),
      `000eunpack ok\n0022ng refs/heads/a no live grant\n0022ng refs/heads/\xff no live grant\n0000`.replace(
        '000eunpack',
        '000eunpack',
      ),
    );
    for (const sideBand of ['side-band-64k', 'side-band'] as const) {
      const many = Array.from({ length: 3_000 }, (_, i) => `refs/heads/${i}`);
      const report = pushRefusalReport({ sideBand, reportStatus: true, refs: many }, 'no');
      const reader = new ReportReader(true, 3_000);
      for (const piece of randomCut(report, randomOf(7))) reader.feed(piece);
      t.equal(reader.unpack, 'ok');
      t.ok(many.every((ref) => reader.verdictOf(ref)?.kind === 'refused'));
      const longest = sideBand === 'side-band' ? 1_000 : 65_520;
      for (let at = 0; at < report.length; ) {
        const length = Number.parseInt(report.toString('latin1', at, at + 4), 16);
        if (length > longest) t.fail(`${sideBand}: a pkt of ${length}`);
        at += Math.max(4, length);
      }
    }
    t.equal(
      pushRefusalReport({ sideBand: 'side-band-64k', reportStatus: false, refs }, 'no').toString(),
      '0000',
    );
    t.equal(pushRefusalText({ sideBand: 'none', reportStatus: true, refs }, ['no']).length, 0);
  },
);

void t.test('a host’s report is read from its bands or bare; what is none leaves it unread', async (t) => {
  const report = Buffer.concat([
    pktLine('unpack ok\n'),
    pktLine('ok refs/heads/a\n'),
    pktLine('ng refs/heads/b hook declined\n'),
    flushPkt,
  ]);
  const banded = Buffer.concat([
    data(2, 'remote text\n'),
    pktLine(Buffer.concat([Buffer.from([1]), report])),
    flushPkt,
  ]);
  for (const [sideBand, bytes] of [
    [false, report],
    [true, banded],
  ] as const)
    for (const pieces of cuts(bytes)) {
      const reader = new ReportReader(sideBand, 10);
      for (const piece of pieces) reader.feed(piece);
      t.equal(reader.unpack, 'ok');
      t.strictSame(reader.verdictOf('refs/heads/a'), { kind: 'applied' });
      t.strictSame(reader.verdictOf('refs/heads/b'), { kind: 'refused', why: 'hook declined' });
    }
  const reader = new ReportReader(true, 10);
  reader.feed(Buffer.from('<html>'));
  t.equal(reader.unpack, undefined);
});
