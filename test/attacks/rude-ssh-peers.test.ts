import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { openSshDoor } from '../../gateway/edge/ssh-door.ts';
import type { SshVisitor } from '../../gateway/edge/ssh-visitor.ts';
import { anSshNode } from '../ssh/ssh-node.ts';

function knock(port: number, bytes: string | Buffer): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      resolve({ socket, closed });
    });
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined).resume();
  });
}

const halfOpen = (at: number) => (at % 2 === 0 ? '' : 'SSH-2.0-slow\r\n');

void t.test('half-open connections are bounded by address, and hold nobody up', async (t) => {
  const { door, turnedAway, principal, key, client, faults } = await anSshNode(t, {
    doorLimits: { maxConnectionsPerAddress: 100, tlsHandshakeMs: 60_000 },
  });
  const peers = await Promise.all(Array.from({ length: 500 }, (_, at) => knock(door.port, halfOpen(at))));
  while (turnedAway.length < 400) await new Promise((resolve) => setImmediate(resolve));
  t.equal(door.size, 100);
  for (const { socket } of peers) socket.destroy();
  while (door.size > 0) await new Promise((resolve) => setImmediate(resolve));
  t.strictSame(
    turnedAway.filter((why) => why === 'too-many-connections').length,
    400,
    'nobody but those over the bound',
  );
  const { file } = await key('laptop', await principal());
  t.equal((await (await client([file])).run(undefined)).code, 0);
  t.strictSame(faults, []);
});

void t.test('half-open connections are bounded by time, and hold nobody up', async (t) => {
  const { door, turnedAway, principal, key, client, faults } = await anSshNode(t, {
    doorLimits: { maxConnectionsPerAddress: 200, tlsHandshakeMs: 1_000 },
  });
  const peers = await Promise.all(Array.from({ length: 100 }, (_, at) => knock(door.port, halfOpen(at))));
  await Promise.all(peers.map(({ closed }) => closed));
  while (door.size > 0) await new Promise((resolve) => setImmediate(resolve));
  t.strictSame(turnedAway, Array(100).fill('ssh-too-slow'));
  const { file } = await key('laptop', await principal());
  t.equal((await (await client([file])).run(undefined)).code, 0);
  t.strictSame(faults, []);
});

void t.test('what is no SSH ends its connection and is counted, the process is unharmed', async (t) => {
  const { door, turnedAway, principal, key, client, faults } = await anSshNode(t, {
    doorLimits: { tlsHandshakeMs: 1_000 },
  });
  const junk = [
    'GET / HTTP/1.1\r\nHost: gw.test\r\n\r\n',
    'SSH-1.5-old\r\n',
    `${'x'.repeat(100_000)}\n`,
    Buffer.alloc(4_096, 0xff),
    Buffer.concat([Buffer.from('SSH-2.0-junk\r\n'), Buffer.alloc(1_024, 0xff)]),
    Buffer.concat([
      Buffer.from('SSH-2.0-junk\r\n'),
      Buffer.of(0, 0, 0, 12, 10, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0),
    ]),
  ];
  for (const bytes of junk) {
    const { closed } = await knock(door.port, bytes);
    await closed;
  }
  while (door.size > 0) await new Promise((resolve) => setImmediate(resolve));
  t.equal(turnedAway.filter((why) => why === 'no-ssh').length, junk.length);
  const { file } = await key('laptop', await principal());
  t.equal((await (await client([file])).run(undefined)).code, 0);
  t.strictSame(faults, []);
});

/** A client of a door that lets everybody in. */
async function aClient(
  t: Test,
  serve: SshVisitor['serve'],
  refused: SshVisitor['refused'] = () => undefined,
) {
  const door = await openSshDoor({
    listen: { host: '127.0.0.1', port: 0 },
    proxyProtocolFrom: [],
    hostKeys: [makeEd25519Key('host').text],
    limits: {
      tlsHandshakeMs: 10_000,
      headersMs: 10_000,
      idleMs: 60_000,
      maxConnections: 10,
      maxConnectionsPerAddress: 10,
    },
    visit: () => ({
      key: async () => 'accepted',
      interview: async () => 'accepted',
      serve,
      refused,
    }),
    onTurnedAway: () => undefined,
    onFault: (error) => t.fail(String(error)),
  });
  t.teardown(() => door.close());
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  t.teardown(() => client.destroy());
  const gone = new Promise<void>((resolve) => void client.on('close', resolve));
  client.connect({ host: '127.0.0.1', port: door.port, username: 'x', tryKeyboard: true });
  await once(client, 'ready');
  const protocol = (client as unknown as { readonly _protocol: WrittenBy })._protocol;
  return { client, protocol, gone };
}

/** What ssh2's client writes. */
interface WrittenBy {
  session(id: number, window: number, packetSize: number): void;
  exec(id: number, command: string, wantsReply: boolean): void;
}

/** A channel of such a door. */
async function aChannel(t: Test, serve: SshVisitor['serve']) {
  const { client, protocol, gone } = await aClient(t, serve);
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.exec('anything', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
  });
  return { client, protocol, channel, gone };
}

for (const packetSize of [0, 1, 1_023])
  void t.test(`who takes ${packetSize} bytes in a packet gets no channel, and holds nobody up`, async (t) => {
    const refused: string[] = [];
    const { client, protocol } = await aClient(
      t,
      async ({ channel, closed }) => {
        channel.end('all of it');
        await closed;
      },
      (what) => refused.push(what),
    );
    const session = protocol.session.bind(protocol);
    protocol.session = (id, window) => session(id, window, packetSize);
    const tiny = await new Promise<Error | undefined>((resolve) => client.exec('x', resolve));
    t.match(tiny, { message: /Channel open failure/ });
    t.strictSame(refused, ['channel']);
    protocol.session = (id, window) => session(id, window, 1_024);
    const small = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.exec('x', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
    });
    t.equal(await text(small), 'all of it');
  });

void t.test('a second command on a channel is none, and the first goes on', async (t) => {
  const commands: (string | undefined)[] = [];
  const { protocol, channel } = await aChannel(t, async ({ command, channel: served, closed }) => {
    commands.push(command);
    // The client's end stands behind its other commands, which have been read by then.
    await once(served.resume(), 'end');
    served.exit(0);
    served.end('done');
    await closed;
  });
  const { id } = (channel as unknown as { readonly outgoing: { readonly id: number } }).outgoing;
  protocol.exec(id, 'another', true);
  protocol.exec(id, 'a third', false);
  channel.end();
  t.equal(await text(channel), 'done');
  t.strictSame(commands, ['anything']);
});

void t.test('who sends more than the window that was given is reset', async (t) => {
  let isServed = false;
  const { channel, gone } = await aChannel(t, ({ closed }) => {
    isServed = true;
    return closed;
  });
  // Packets that do not divide the window, so that one of them reaches beyond it.
  Object.assign((channel as unknown as { outgoing: object }).outgoing, {
    window: Number.MAX_SAFE_INTEGER,
    packetSize: 30_000,
  });
  channel.write(Buffer.alloc(8 * 2 ** 20));
  await gone;
  t.ok(isServed);
});

void t.test('text beside a pack that waits for its client comes behind it, and nothing twice', async (t) => {
  const pieces = [randomBytes(2 * 2 ** 20 + 1_000), randomBytes(2 * 2 ** 20 - 30), randomBytes(5_000)];
  const { channel } = await aChannel(t, async ({ channel: served, closed }) => {
    for (const piece of pieces) {
      served.write(piece);
      served.stderr.write(`${'words'.repeat(20)}\n`);
    }
    served.exit(0);
    served.end();
    await closed;
  });
  const [out, words] = await Promise.all([buffer(channel), text(channel.stderr)]);
  t.ok(out.equals(Buffer.concat(pieces)));
  t.equal(words, `${'words'.repeat(20)}\n`.repeat(pieces.length));
});
