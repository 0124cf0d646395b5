import { connect } from 'node:net';
import t from 'tap';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, type GitNode, scopeOf } from '../https/git-node.ts';
import { startHostileHost } from '../servers/hostile-host.ts';

t.jobs = 4;

/** Far below what a configuration may say, so that a test need not wait for it. */
const idleMs = 700;
/** Until a stalled connection must be gone: the limit, the text's grace, and what a busy machine takes. */
const goneWithinMs = 5_000;

const zero = '0'.repeat(40);
const command = (ref: string): Buffer =>
  pktLine(`${zero} ${'a'.repeat(40)} ${ref}\0report-status side-band-64k object-format=sha1`);
const packHead = Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1');

/** Sends bytes and falls silent; what came back until the connection was gone, or undefined when it stayed. */
function stall(node: GitNode, bytes: readonly (string | Buffer)[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(node.door.port, '127.0.0.1');
    let said = '';
    const timer = setTimeout(() => {
      resolve(undefined);
      socket.destroy();
    }, goneWithinMs);
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
    for (const piece of bytes) socket.write(piece);
  });
}

const head = (secret: string | undefined, service: string, name = 'app'): string =>
  [
    `POST /hub/${name}.git/git-${service} HTTP/1.1`,
    'Host: x',
    ...(secret === undefined
      ? []
      : [`Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`]),
    `Content-Type: application/x-git-${service}-request`,
    'Content-Length: 50000000',
    '',
    '',
  ].join('\r\n');

const stalls: Readonly<
  Record<string, { service: string; bytes: readonly Buffer[]; ended: object | undefined }>
> = {
  'inside the request of a fetch': {
    service: 'upload-pack',
    bytes: [Buffer.from('0032want ')],
    ended: { outcome: 'cut', reason: 'idle' },
  },
  'inside the list of a push': {
    service: 'receive-pack',
    bytes: [command('refs/heads/x').subarray(0, 30)],
    ended: { outcome: 'cut', reason: 'idle' },
  },
  'inside a pack that is still held': {
    service: 'receive-pack',
    bytes: [command('refs/heads/x'), flushPkt, packHead],
    ended: { outcome: 'cut', reason: 'idle' },
  },
  'inside a pack that goes up already': {
    service: 'receive-pack',
    bytes: [command('refs/heads/x'), flushPkt, packHead, Buffer.alloc(2_000_000, 7)],
    ended: { outcome: 'cut', reason: 'idle' },
  },
  'inside a push that is refused': {
    service: 'receive-pack',
    bytes: [command('refs/forbidden/x'), flushPkt, packHead, Buffer.alloc(2_000_000, 7)],
    ended: { outcome: 'refused' },
  },
};

for (const [where, { service, bytes, ended }] of Object.entries(stalls))
  void t.test(`a client that falls silent ${where} is let go at the idle limit`, async (t) => {
    const host = await startHostileHost(t, (request) => request.body().catch(() => undefined));
    const node = await aGitNode(t, { hostUrl: host.url, shortened: { idleMs, cutGraceMs: 300 } });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const said = await stall(node, [head(secret, service), ...bytes]);
    t.not(said, undefined, 'the connection is gone');
    t.match((await node.entries()).at(-1), { type: 'operation.ended', ...ended });
    t.notMatch(node.troubles.join(), /fault/);
  });

void t.test('strangers that fall silent inside a body are let go too', async (t) => {
  const node = await aGitNode(t, { shortened: { idleMs, keepAliveMs: idleMs } });
  for (const service of ['upload-pack', 'receive-pack'])
    t.match(await stall(node, [head(undefined, service)]), /^HTTP\/1\.1 401 /, service);
  t.match(
    await stall(node, [head(undefined, 'receive-pack').replace('50000000', '4'), '00']),
    '',
    'inside the probe',
  );
});

for (const [what, method, ended] of [
  ['a discovery', 'GET', { outcome: 'cut', reason: 'idle' }],
  ['a fetch', 'POST upload-pack', { outcome: 'cut', reason: 'idle' }],
  ['a push', 'POST receive-pack', { outcome: 'upstream-failed', reason: 'upstream-no-report' }],
] as const)
  void t.test(
    `a host that takes ${what} and says nothing is let go at its limit, with a sentence`,
    async (t) => {
      const host = await startHostileHost(t, () => undefined);
      const node = await aGitNode(t, { hostUrl: host.url, shortened: { idleMs, reportMs: idleMs } });
      const { principal, secret } = await node.person();
      await node.grant(principal, { scope: scopeOf('app', 'push') });
      const body =
        method === 'POST upload-pack'
          ? Buffer.concat([pktLine(`want ${'a'.repeat(40)}`), flushPkt, pktLine('done\n')])
          : Buffer.concat([command('refs/heads/x'), flushPkt, packHead]);
      const post = head(secret, method.slice(5)).replace('50000000', `${body.length}\r\nConnection: close`);
      const get = head(secret, '')
        .replace(/POST .* HTTP/, 'GET /hub/app.git/info/refs?service=git-upload-pack HTTP')
        .replace('Content-Length: 50000000', 'Connection: close');
      const said = await stall(node, method === 'GET' ? [get] : [post, body]);
      t.match(said, 'sluice: ', 'it says why');
      t.match((await node.entries()).at(-1), { type: 'operation.ended', ...ended });
    },
  );

void t.test('a host that stops taking a pack is let go at the idle limit', async (t) => {
  const host = await startHostileHost(t, () => undefined);
  const node = await aGitNode(t, { hostUrl: host.url, shortened: { idleMs } });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const said = await stall(node, [
    head(secret, 'receive-pack'),
    command('refs/heads/x'),
    flushPkt,
    packHead,
    Buffer.alloc(49_000_000, 7),
  ]);
  t.match(said, 'sluice: ');
  t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'cut', reason: 'idle' });
});
