import t from 'tap';
import { AdvertisementRewriter } from '../../gateway/git/advertisement.ts';
import { longestPayload } from '../../gateway/git/pkt-line.ts';
import { ProtocolError } from '../../gateway/git/protocol-error.ts';
import type { Service } from '../../gateway/git/service.ts';
import { cuts, damaged, pkts, randomCut, randomOfRun, section, singles } from './feeding.ts';

const id = 'a'.repeat(40);
const up: Service = 'git-upload-pack';
const receive: Service = 'git-receive-pack';
const service = (name: Service): Buffer => section(`# service=${name}\n`);

function rewrite(
  name: Service,
  pieces: readonly Buffer[],
  withServiceLine = true,
): { out: string; mayEnd: boolean; state: string } {
  const rewriter = new AdvertisementRewriter(name, withServiceLine);
  const out = pieces.flatMap((piece) => [...rewriter.feed(piece)]);
  return { out: Buffer.concat(out).toString('latin1'), mayEnd: rewriter.mayEnd, state: rewriter.state };
}

for (const [what, name, from, to] of [
  [
    'v0',
    up,
    section(
      `${id} HEAD\0multi_ack thin-pack symref=HEAD:refs/heads/a agent=x\n`,
      `${id} refs/heads/a\n`,
      `shallow ${id}`,
    ),
    undefined,
  ],
  [
    'v0 of an empty repository',
    up,
    section(`${'0'.repeat(40)} capabilities^{}\0multi_ack object-format=sha1\n`),
    undefined,
  ],
  [
    'v0 with 64-digit ids',
    up,
    section(`${'b'.repeat(64)} HEAD\0object-format=sha256\n`, `${'b'.repeat(64)} refs/tags/v^{}\n`),
    undefined,
  ],
  ['v0 without line ends', up, section(`${id} HEAD\0multi_ack`, `${id} refs/heads/a`), undefined],
  ['v0 without any capability left', up, section(`${id} HEAD\0evil\n`), section(`${id} HEAD\0\n`)],
  ['v1', up, section('version 1\n', `${id} HEAD\0multi_ack\n`), undefined],
  ['v1 of an empty repository', up, section('version 1\n'), undefined],
  [
    'of a push',
    receive,
    section(`${id} refs/heads/a\0report-status push-cert=1-2 atomic\n`, `${id} .have\n`),
    undefined,
  ],
  [
    'v0 that offers what leads elsewhere or is unknown',
    up,
    section(
      `${id} HEAD\0multi_ack packfile-uris=https bundle-uri evil object-format=sha1\n`,
      `${id} refs/heads/b\n`,
    ),
    section(`${id} HEAD\0multi_ack object-format=sha1\n`, `${id} refs/heads/b\n`),
  ],
  [
    'v0 that hides a capability behind a tab',
    up,
    section(`${id} HEAD\0multi_ack agent=x\tbundle-uri\n`),
    section(`${id} HEAD\0multi_ack\n`),
  ],
  [
    'v2',
    up,
    section(
      'version 2\n',
      'agent=git/2\n',
      'ls-refs=unborn\n',
      'fetch=shallow wait-for-done filter\n',
      'server-option\n',
      'object-format=sha1\n',
    ),
    undefined,
  ],
  [
    'v2 that offers what leads elsewhere or is unknown',
    up,
    section(
      'version 2\n',
      'fetch=shallow packfile-uris sideband-all filter\n',
      'bundle-uri\n',
      'evil\n',
      'ls-refs=unborn evil\n',
      'object-info=evil\n',
      'agent=a\tb\n',
      'fetch\n',
    ),
    section('version 2\n', 'fetch=shallow filter\n', 'ls-refs=unborn\n', 'object-info\n', 'fetch\n'),
  ],
] as const)
  void t.test(
    `an advertisement ${what} comes out ${to === undefined ? 'as it is' : 'without it'}, wherever it is cut`,
    async (t) => {
      const expected = (to ?? from).toString('latin1');
      const head = service(name);
      for (const pieces of cuts(Buffer.concat([head, from])))
        t.strictSame(rewrite(name, pieces), { out: head.toString() + expected, mayEnd: true, state: 'end' });
      t.strictSame(rewrite(name, [from], false), { out: expected, mayEnd: true, state: 'end' });
    },
  );

void t.test('version 2 comes with and without the service line', async (t) => {
  const bytes = section('version 2\n', 'fetch\n');

  t.equal(rewrite(up, [bytes]).out, bytes.toString());
  t.equal(rewrite(up, [service(up), bytes]).out, service(up).toString() + bytes.toString());
});

for (const [what, name, bytes] of [
  ['an error of the host', up, pkts('ERR internal path /srv')],
  ['an error behind the service line', up, Buffer.concat([service(up), pkts('ERR x')])],
  ['an error among the refs', up, Buffer.concat([service(up), pkts(`${id} HEAD\0x\n`, 'ERR x')])],
  ['an error in v2', up, pkts('version 2\n', 'ERR x')],
  ['no service line', up, section(`${id} HEAD\0x\n`)],
  ['another service', up, service(receive)],
  ['no flush behind the service line', up, pkts(`# service=${up}\n`, `${id} HEAD\0x\n`)],
  ['a flush first', up, Buffer.from('0000')],
  ['no capabilities', up, Buffer.concat([service(up), pkts(`${id} HEAD\n`)])],
  [
    'a second list of capabilities',
    up,
    Buffer.concat([service(up), pkts(`${id} HEAD\0x\n`, `${id} refs/heads/b\0x\n`)]),
  ],
  ['a line that is no ref', up, Buffer.concat([service(up), pkts(`${id} HEAD\0x\n`, 'hello\n')])],
  ['a first line that is no ref', up, Buffer.concat([service(up), pkts('hello\0x\n')])],
  ['an empty line', up, Buffer.concat([service(up), pkts(`${id} HEAD\0x\n`, '')])],
  ['bytes behind the end', up, Buffer.concat([service(up), section(`${id} HEAD\0x\n`), pkts('more')])],
  ['a second flush', up, Buffer.concat([service(up), section(`${id} HEAD\0x\n`), Buffer.from('0000')])],
  ['a delim', up, Buffer.concat([service(up), Buffer.from('0001')])],
  ['a response-end', up, Buffer.from('0002')],
  ['version 1 twice', up, Buffer.concat([service(up), pkts('version 1\n', 'version 1\n')])],
  ['version 2 behind version 1', up, Buffer.concat([service(up), pkts('version 1\n', 'version 2\n')])],
  ['version 2 for a push', receive, Buffer.concat([service(receive), pkts('version 2\n')])],
] as const)
  void t.test(`${what} throws, wherever it is cut`, async (t) => {
    for (const pieces of [[bytes], singles(bytes)])
      t.throws(() => rewrite(name, pieces), { code: 'PROTOCOL_ADVERTISEMENT' });
  });

void t.test('an advertisement that breaks off is not whole', async (t) => {
  const bytes = Buffer.concat([service(up), section(`${id} HEAD\0multi_ack\n`)]);
  for (let end = 0; end < bytes.length; end += 1)
    t.match(rewrite(up, [bytes.subarray(0, end)]), { mayEnd: false, state: 'text' });
});

for (const [what, name, from, to] of [
  [
    'v0',
    up,
    Buffer.concat([service(up), section(`${id} HEAD\0multi_ack no-done agent=x\n`)]),
    section(`${id} HEAD\0multi_ack agent=x\n`),
  ],
  [
    'v2',
    up,
    Buffer.concat([service(up), section('version 2\n', 'fetch=shallow\n')]),
    section('version 2\n', 'fetch=shallow\n'),
  ],
  ['v2 without a service line', up, section('version 2\n', 'ls-refs\n'), section('version 2\n', 'ls-refs\n')],
  [
    'of a push',
    receive,
    Buffer.concat([service(receive), section(`${id} refs/heads/a\0report-status\n`)]),
    section(`${id} refs/heads/a\0report-status\n`),
  ],
] as const)
  void t.test(`${what}: what only HTTP has does not go to a client of one stream`, (t) => {
    for (const pieces of cuts(from)) {
      const rewriter = new AdvertisementRewriter(name, true, true);
      const out = pieces.flatMap((piece) => [...rewriter.feed(piece)]);
      t.equal(Buffer.concat(out).toString('latin1'), to.toString('latin1'));
      t.ok(rewriter.mayEnd);
    }
    t.end();
  });

void t.test('what a push may choose from is known', async (t) => {
  const rewriter = new AdvertisementRewriter(receive, false);
  rewriter.feed(section(`${id} HEAD\0report-status push-cert=1-2 evil\n`));

  t.strictSame([...rewriter.advertised], ['report-status', 'push-cert']);
});

void t.test('a first line of full length can be written anew', async (t) => {
  const line = `${id} HEAD\0agent=`;

  t.equal(rewrite(up, [pkts(line + 'x'.repeat(longestPayload - line.length))], false).out.length, 65_520);
});

void t.test(
  'a damaged advertisement gives a ProtocolError, or whole lines without a second list',
  async (t) => {
    const random = randomOfRun(t);
    const good = Buffer.concat([
      service(up),
      section(`${id} HEAD\0multi_ack agent=x\n`, `${id} refs/heads/a\n`),
    ]);
    for (let round = 0; round < 2_000; round += 1) {
      try {
        const { out } = rewrite(up, randomCut(damaged(good, random), random));
        if (out.split('\0').length > 2) t.fail(out);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
    t.pass();
  },
);

void t.test('an endless list of refs passes through, and nothing of it is kept', async (t) => {
  const rewriter = new AdvertisementRewriter(up, false);
  rewriter.feed(pkts(`${id} HEAD\0multi_ack\n`));
  const many = Buffer.concat(Array<Buffer>(1_000).fill(pkts(`${id} refs/heads/a\n`)));
  for (let i = 0; i < 100; i += 1)
    t.equal(
      rewriter.feed(many).reduce((sum, { length }) => sum + length, 0),
      many.length,
    );
});
