import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import t from 'tap';
import { makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { aGitNode, scopeOf } from './git-node.ts';

/** A pack of nine objects begins. */
const packHead = Buffer.concat([Buffer.from('PACK'), Buffer.from([0, 0, 0, 2, 0, 0, 0, 9])]);
const bandedPackHead = pktLine(Buffer.concat([Buffer.from([1]), packHead]));

const commit = 'a'.repeat(40);
const chunked = { 'Transfer-Encoding': 'chunked' };
const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

/** What a host says before the pack in each protocol, with its capabilities; the answer to the fetch itself is the test's. */
const discovery: Record<'0' | '2', (sideBand: string) => Buffer> = {
  0: (sideBand) =>
    Buffer.concat([
      pktLine('# service=git-upload-pack\n'),
      flushPkt,
      pktLine(
        `${commit} HEAD\0multi_ack_detailed no-done ${sideBand} symref=HEAD:refs/heads/main object-format=sha1\n`,
      ),
      pktLine(`${commit} refs/heads/main\n`),
      flushPkt,
    ]),
  2: () =>
    Buffer.concat([
      pktLine('# service=git-upload-pack\n'),
      flushPkt,
      ...['version 2\n', 'ls-refs\n', 'fetch=shallow\n', 'object-format=sha1\n'].map((line) => pktLine(line)),
      flushPkt,
    ]),
};
const refs = Buffer.concat([
  pktLine(`${commit} HEAD symref-target:refs/heads/main\n`),
  pktLine(`${commit} refs/heads/main\n`),
  flushPkt,
]);

/** A clone from a host that answers the fetch with `begin` and then nothing; revoked once that has come down. */
async function revokedAfter(t: Ending, version: '0' | '2', begin: Buffer, sideBand = 'side-band-64k') {
  let asked!: () => void;
  const fetching = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let gone: Promise<void> | undefined;
  let sentBefore = 0;
  const down = (): number => node.git.book.live().reduce((sum, { bytesDown }) => sum + bytesDown, 0);
  const host = await startHostileHost(t, async (request, socket) => {
    const type = {
      'Content-Type': `application/x-git-upload-pack-${request.method === 'GET' ? 'advertisement' : 'result'}`,
    };
    if (request.method === 'GET')
      return socket.write(rawResponse('200 OK', type, discovery[version](sideBand)));
    const body = await request.body();
    if (body.includes('command=ls-refs')) return socket.write(rawResponse('200 OK', type, refs));
    socket.write(rawResponse('200 OK', { ...type, ...chunked }));
    gone = request.gone;
    sentBefore = down();
    if (begin.length > 0) socket.write(chunk(begin));
    asked();
    return undefined;
  });
  const node = await aGitNode(t, { hostUrl: host.url });
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const git = await gitClient(t);
  const clone = git.start(['-c', `protocol.version=${version}`, 'clone', node.address(secret, 'app.git')]);
  await fetching;
  while (down() < sentBefore + begin.length) await new Promise(setImmediate);
  const before = performance.now();
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await clone.finished;
  const tookMs = performance.now() - before;
  await gone;
  return { grant, code, stderr, tookMs, node };
}

for (const version of ['0', '2'] as const) {
  void t.test(
    `protocol v${version}: a fetch cut before its pack reads the reason as git's own error`,
    async (t) => {
      const { grant, code, stderr, tookMs } = await revokedAfter(t, version, Buffer.alloc(0));
      t.equal(code, 128);
      t.match(stderr, `fatal: remote error: sluice: grant ${grant.id} was revoked by P-LEAD at `);
      t.match(stderr, 'ask again: https://gw.test/ask/hub/app?right=fetch');
      t.notMatch(stderr, /protocol error|bad band/);
      t.ok(tookMs < 1_500, `${tookMs} ms, though the host is silent`);
    },
  );
}

void t.test(
  'protocol v2: cut between two pkts of the pack, the host silent, it is told inside the pack',
  async (t) => {
    const { code, stderr, tookMs, grant } = await revokedAfter(
      t,
      '2',
      Buffer.concat([pktLine('packfile\n'), bandedPackHead]),
    );
    t.equal(code, 128);
    t.match(stderr, `remote: sluice: grant ${grant.id} was revoked by P-LEAD at `);
    t.match(stderr, 'remote: access has ended');
    t.ok(tookMs < 1_500, `${tookMs} ms, though the host is silent`);
  },
);

void t.test(
  'protocol v0 without side-band: a cut is an early end, since nothing can be said there',
  async (t) => {
    const { code, stderr, tookMs, node } = await revokedAfter(
      t,
      '0',
      Buffer.concat([pktLine('NAK\n'), packHead]),
      'ofs-delta',
    );
    t.equal(code, 128);
    t.notMatch(stderr, 'sluice');
    t.ok(tookMs < 1_500, `${tookMs} ms`);
    t.match((await node.entries()).filter(({ type }) => type === 'operation.ended').at(-1), {
      outcome: 'cut',
    });
  },
);

void t.test(
  'a client that does not read is reset when the grace is over, and gets no more of the pack',
  async (t) => {
    const node = await aGitNode(t, { shortened: { cutGraceMs: 300 } });
    await makeSlowRepository(node.directory);
    const size = await packBytes(`${node.directory}/slow.git`);
    const { principal, secret } = await node.person();
    const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
    const git = await gitClient(t);
    const id = (await git.must(['ls-remote', `${node.directory}/slow.git`, 'HEAD'])).slice(0, 40);
    const body = Buffer.concat([
      pktLine('command=fetch'),
      Buffer.from('0001'),
      pktLine(`want ${id}\n`),
      pktLine('done\n'),
      flushPkt,
    ]);
    const head = [
      'POST /hub/slow.git/git-upload-pack HTTP/1.1',
      'Host: x',
      `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
      'Git-Protocol: version=2',
      'Content-Type: application/x-git-upload-pack-request',
      `Content-Length: ${body.length}`,
    ];
    const socket = connect(node.door.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
    // Nothing is read until the cut: the kernels fill up, and the transfer stands still.
    const moved = (): number => node.git.book.live()[0]?.bytesDown ?? 0;
    for (let before = -1; moved() === 0 || moved() !== before; ) {
      before = moved();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await node.revoke(grant.id, 'laptop lost');
    while (node.door.connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    let came = 0;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (bytes) => {
      came += bytes.length;
    });
    await closed;
    t.ok(came < size / 2, `${came} bytes of ${size} were there to read`);
    t.match((await node.entries()).filter(({ type }) => type === 'operation.ended').at(-1), {
      outcome: 'cut',
    });
  },
);

/** Bytes of the packs of a bare repository. */
async function packBytes(repository: string): Promise<number> {
  const folder = `${repository}/objects/pack`;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pack'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(`${folder}/${name}`)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
