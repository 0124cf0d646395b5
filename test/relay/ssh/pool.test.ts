import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../../certs/host-keys.ts';
import { openSshPool, type PooledExec } from '../../../gateway/relay/ssh/pool.ts';
import { UpstreamTroubleError } from '../../../gateway/relay/upstream-trouble.ts';
import { type SshGitHost, startSshGitHost } from '../../servers/ssh-git-host.ts';

/** A way to a host that counts its connections, and can break or hold them. */
async function aWay(t: Test, to: number, meet: (socket: Socket) => 'pass' | 'held' = () => 'pass') {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    if (meet(socket) === 'held') return;
    const host = connect(to, '127.0.0.1');
    host.on('error', () => undefined).once('close', () => socket.destroy());
    socket.once('close', () => host.destroy());
    socket.pipe(host).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  t.teardown(() => {
    breakAll();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, breakAll, count: () => count };
}

async function aPool(t: Test, host: SshGitHost, way: { readonly port: number }) {
  const [, ...line] = host.knownHostsLine.split(' ');
  await writeFile(host.knownHostsFile, `[127.0.0.1]:${way.port} ${line.join(' ')}`);
  const refused: string[] = [];
  const pool = openSshPool({
    address: { host: '127.0.0.1', port: way.port, user: userInfo().username },
    keyFile: host.keyFile,
    knownHostsFile: host.knownHostsFile,
    connectMs: 5_000,
    allowPrivateAddresses: true,
    onHostKey: ({ message }) => refused.push(message),
  });
  t.teardown(() => pool.close());
  return { pool, refused };
}

/** All that a command says, and its exit status. */
async function outputOf({ channel, exitCode }: PooledExec): Promise<readonly [string, number | undefined]> {
  let said = '';
  channel.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  channel.stderr.resume();
  await new Promise((resolve) => channel.once('close', resolve));
  return [said, exitCode()];
}

void t.test(
  'eight commands share a connection, the ninth takes another, and the next one what is free',
  async (t) => {
    const host = await startSshGitHost(t);
    const way = await aWay(t, host.port);
    const { pool } = await aPool(t, host, way);
    const waiting = await Promise.all(Array.from({ length: 8 }, () => pool.exec('cat', {})));
    t.equal(way.count(), 1);
    const ninth = await pool.exec('cat', {});
    t.equal(way.count(), 2);
    const [first] = waiting;
    if (first === undefined) throw new Error('no command runs');
    first.channel.end('x');
    t.strictSame(await outputOf(first), ['x', 0]);
    t.strictSame(await outputOf(await pool.exec('exit 3', {})), ['', 3]);
    t.equal(way.count(), 2);
    ninth.channel.close();
  },
);

void t.test('a kept connection that broke meanwhile is replaced, and the command runs', async (t) => {
  const host = await startSshGitHost(t);
  const way = await aWay(t, host.port);
  const { pool } = await aPool(t, host, way);
  t.strictSame(await outputOf(await pool.exec('echo one', {})), ['one\n', 0]);
  way.breakAll();
  t.strictSame(await outputOf(await pool.exec('echo two', {})), ['two\n', 0]);
  t.equal(way.count(), 2);
});

void t.test('another key takes another connection, while the first one’s commands run on', async (t) => {
  const host = await startSshGitHost(t);
  const way = await aWay(t, host.port);
  const { pool } = await aPool(t, host, way);
  const running = await pool.exec('cat', {});
  const next = makeEd25519Key('next');
  await appendFile(host.authorizedKeysFile, next.line);
  await writeFile(host.keyFile, next.text, { mode: 0o600 });
  t.match(await outputOf(await pool.exec('echo new', {})), ['new\n', 0]);
  t.equal(way.count(), 2);
  running.channel.end('old');
  t.strictSame(await outputOf(running), ['old', 0]);
});

void t.test('a key that is pinned no more ends the use of connections that rest on it', async (t) => {
  const host = await startSshGitHost(t);
  const way = await aWay(t, host.port);
  const { pool, refused } = await aPool(t, host, way);
  t.match(await outputOf(await pool.exec('echo one', {})), ['one\n', 0]);
  const before = await readFile(host.knownHostsFile, 'utf8');
  await writeFile(host.knownHostsFile, `[127.0.0.1]:${way.port} ${makeEd25519Key('x').line}`);
  const refusal: unknown = await pool.exec('echo two', {}).catch((error: unknown) => error);
  t.match(refusal, { trouble: { kind: 'host-key' } });
  t.match(refused, [/shows the key SHA256:/]);
  await writeFile(host.knownHostsFile, before);
  t.match(await outputOf(await pool.exec('echo three', {})), ['three\n', 0]);
});

const rude: readonly (readonly [what: string, meet: (socket: Socket) => void])[] = [
  ['closes at once', (socket) => socket.end()],
  ['resets at once', (socket) => socket.resetAndDestroy()],
  ['resets behind its banner', (socket) => socket.write('SSH-2.0-x\r\n', () => socket.resetAndDestroy())],
  ['speaks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['sends junk behind its banner', (socket) => socket.end(`SSH-2.0-x\r\n${'\0'.repeat(70_000)}`)],
  ['sends a greeting without end', (socket) => void flood(socket)],
  [
    'resets in the middle of the key exchange',
    (socket) => {
      socket.write('SSH-2.0-OpenSSH_9.2\r\n');
      socket.once('data', () => setImmediate(() => socket.resetAndDestroy()));
    },
  ],
];
async function flood(socket: Socket): Promise<void> {
  for (let sent = 0; sent < 2_000 && !socket.destroyed; sent += 1) {
    socket.write('x'.repeat(10_000));
    await new Promise(setImmediate);
  }
  socket.destroy();
}
for (const [what, meet] of rude)
  void t.test(`a host that ${what} fails one command, and nothing else`, async (t) => {
    const host = await startSshGitHost(t);
    let isRude = true;
    const way = await aWay(t, host.port, (socket) => {
      if (!isRude) return 'pass';
      meet(socket);
      return 'held';
    });
    const { pool } = await aPool(t, host, way);
    await t.rejects(pool.exec('echo one', {}), UpstreamTroubleError);
    // A second error of the failed connection comes behind the first, and without a listener it ends the process.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    isRude = false;
    t.strictSame(await outputOf(await pool.exec('echo two', {})), ['two\n', 0]);
  });

void t.test('a connection that breaks under its commands ends them, and the process goes on', async (t) => {
  const host = await startSshGitHost(t);
  const way = await aWay(t, host.port);
  const { pool } = await aPool(t, host, way);
  const running = await Promise.all([pool.exec('cat', {}), pool.exec('cat', {})]);
  const ends = running.map(outputOf);
  way.breakAll();
  t.strictSame(await Promise.all(ends), [
    ['', undefined],
    ['', undefined],
  ]);
  t.match(await outputOf(await pool.exec('echo on', {})), ['on\n', 0]);
});

void t.test('a host that takes nothing in a packet fails one command, and nothing else', async (t) => {
  const host = await startSshGitHost(t);
  const hostKey = makeEd25519Key('host');
  const rudeHost = new ssh2.Server({ hostKeys: [hostKey.text] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      const { _protocol: protocol } = client as unknown as {
        _protocol: { channelOpenConfirm(...confirmed: number[]): void };
      };
      const confirm = protocol.channelOpenConfirm.bind(protocol);
      protocol.channelOpenConfirm = (to, id, window) => confirm(to ?? 0, id ?? 0, window ?? 0, 0);
      accept().on('exec', (acceptExec) => void acceptExec().resume());
    });
  });
  await new Promise<void>((resolve) => rudeHost.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => rudeHost.close(() => resolve())));
  const { pool } = await aPool(
    t,
    { ...host, knownHostsLine: `x ${hostKey.line}` },
    rudeHost.address() as AddressInfo,
  );
  t.match(await pool.exec('cat', {}).catch((error: unknown) => error), {
    trouble: { kind: 'unreachable' },
    cause: { message: 'the host takes 0 bytes in a packet' },
  });
  pool.close();
});

void t.test('200 commands at once run on a host with OpenSSH’s own bounds', async (t) => {
  const host = await startSshGitHost(t);
  const way = await aWay(t, host.port);
  const { pool } = await aPool(t, host, way);
  const running = await Promise.all(Array.from({ length: 200 }, () => pool.exec('cat', {})));
  for (const { channel } of running) channel.end('x');
  t.strictSame(
    await Promise.all(running.map(outputOf)),
    running.map(() => ['x', 0]),
  );
});
