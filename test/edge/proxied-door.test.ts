import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { parseCidr } from '../../config/addresses.ts';
import { type HttpsDoor, openHttpsDoor } from '../../gateway/edge/https-door.ts';
import { cuts } from '../git/feeding.ts';
import { peerCertificate } from '../servers/authority.ts';
import { startHaproxy } from '../servers/haproxy.ts';

interface Opened {
  readonly door: HttpsDoor;
  /** Why connections were turned away, in order. */
  readonly turnedAway: string[];
  /** Resolves when the next one is. */
  nextTurnedAway(): Promise<string>;
}

/** A door that answers each request with peer and proxied address of its connection. */
async function aDoor(
  t: Test,
  { from = ['127.0.0.1'], tls = false, withinMs = 5_000, perAddress = 100 } = {},
): Promise<Opened & { caFile: string }> {
  const certificate = await peerCertificate(t);
  const turnedAway: string[] = [];
  let told: (why: string) => void = () => undefined;
  const door = await openHttpsDoor({
    listen: { host: '127.0.0.1', port: 0 },
    proxyProtocolFrom: from.map(parseCidr),
    certificate: tls
      ? { cert: await readFile(certificate.certificate), key: await readFile(certificate.key) }
      : undefined,
    limits: {
      headersMs: 5_000,
      keepAliveMs: 5_000,
      idleMs: 5_000,
      tlsHandshakeMs: withinMs,
      maxHeaderBytes: 16_384,
      maxConnections: 1_000,
      maxConnectionsPerAddress: perAddress,
    },
    visit: async (_request, response, connection) =>
      void response.end(`${connection.peer} ${connection.proxied ?? 'none'}\n`),
    onTurnedAway(address, why) {
      turnedAway.push(`${address} ${why}`);
      told(why);
    },
    onFault: (error) => t.fail(String(error)),
  });
  t.teardown(async () => {
    door.connections.resetAll();
    await door.close();
  });
  return {
    door,
    turnedAway,
    caFile: certificate.caFile,
    nextTurnedAway: () =>
      new Promise((resolve) => {
        told = resolve;
      }),
  };
}

async function ask(port: number, caFile?: string): Promise<string> {
  const ca = caFile === undefined ? undefined : await readFile(caFile);
  return await new Promise((resolve, reject) => {
    const request = ca === undefined ? plainRequest : tlsRequest;
    request(
      { host: 'localhost', family: 4, port, agent: false, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve(text.trim()));
      },
    )
      .on('error', reject)
      .end();
  });
}

/** All that comes back on a connection that sends these pieces, each once the one before is on its way. */
function exchange(port: number, pieces: readonly Buffer[]): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
    const send = (i: number): void => {
      const piece = pieces[i];
      if (piece !== undefined) socket.write(piece, () => setImmediate(send, i + 1));
    };
    send(0);
  });
}

for (const tls of [false, true])
  for (const send of ['send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl-cn'] as const)
    void t.test(
      `behind haproxy with ${send} and ${tls ? 'TLS' : 'plain HTTP'} the client is known`,
      async (t) => {
        const { door, caFile, turnedAway } = await aDoor(t, { tls });
        const port = await startHaproxy(t, door.port, send);
        t.equal(await ask(port, tls ? caFile : undefined), '127.0.0.1 127.0.0.1');
        // The look whether haproxy listens went through to the door, and said nothing there.
        t.notMatch(turnedAway.join(), 'proxy-header');
      },
    );

void t.test('header and request are taken apart wherever they are cut', async (t) => {
  const { door, turnedAway } = await aDoor(t);
  const header = Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 57005 80\r\n');
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const all = [...cuts(Buffer.concat([header, request]))];
  const answers = await Promise.all(all.map((pieces) => exchange(door.port, pieces)));
  for (const [i, answer] of answers.entries()) t.match(answer, /127\.0\.0\.1 192\.0\.2\.7\n/, `cut ${i}`);
  t.strictSame(turnedAway, []);
});

void t.test('a TLS greeting that comes with its header is not lost', async (t) => {
  const { door, caFile } = await aDoor(t, { tls: true });
  // Joins the header and the first bytes of the client into one segment.
  const glue = createServer((client: Socket) => {
    client.once('data', (first: Buffer) => {
      const target = connect(door.port, '127.0.0.1');
      target.write(Buffer.concat([Buffer.from('PROXY TCP6 2001:db8::1 ::1 1 2\r\n'), first]));
      client.pipe(target).pipe(client);
      for (const one of [client, target]) one.on('error', () => one.destroy());
    });
  });
  await new Promise<void>((resolve) => glue.listen(0, '127.0.0.1', resolve));
  t.teardown(() => glue.close());
  t.equal(await ask((glue.address() as AddressInfo).port, caFile), '127.0.0.1 2001:db8::1');
});

void t.test(
  'a connection of the balancer’s own has no client, and one that says nothing is no event',
  async (t) => {
    const { door, turnedAway } = await aDoor(t);
    const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    t.match(await exchange(door.port, [local, request]), '127.0.0.1 none\n');
    await new Promise<void>((resolve) => {
      const socket = connect(door.port, '127.0.0.1', () => socket.end());
      socket.resume().on('close', () => resolve());
    });
    t.strictSame(turnedAway, []);
  },
);

for (const [what, bytes] of [
  ['no header', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an impossible address', 'PROXY TCP4 999.0.0.1 1.1.1.1 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n'],
] as const)
  void t.test(`a balancer’s connection with ${what} is closed without an answer`, async (t) => {
    const { door, turnedAway } = await aDoor(t);
    t.equal(await exchange(door.port, [Buffer.from(bytes)]), '');
    t.strictSame(turnedAway, ['127.0.0.1 proxy-header']);
  });

void t.test('a balancer’s connection that ends inside its header is one turned away', async (t) => {
  const { door, turnedAway, nextTurnedAway } = await aDoor(t);
  const told = nextTurnedAway();
  const socket = connect(door.port, '127.0.0.1', () => socket.end('PROXY TCP4 192.0.2.7 '));
  socket.resume();
  t.equal(await told, 'proxy-header');
  t.equal(turnedAway.length, 1);
});

void t.test('a header that does not come in time ends its connection', async (t) => {
  const { door, nextTurnedAway } = await aDoor(t, { withinMs: 50 });
  const told = nextTurnedAway();
  t.equal(await exchange(door.port, [Buffer.from('PROXY ')]), '');
  t.equal(await told, 'proxy-header-late');
});

for (const header of [
  'PROXY TCP4 192.0.2.7 1.1.1.1 1 2\r\n',
  '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c123456789012',
])
  void t.test(
    `from any other peer ${JSON.stringify(header.slice(0, 9))} closes the connection`,
    async (t) => {
      for (const from of [[], ['10.0.0.0/8']]) {
        const { door } = await aDoor(t, { from });
        const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
        t.match(await exchange(door.port, [Buffer.from(header + request, 'latin1')]), /^HTTP\/1\.1 400 /);
      }
    },
  );

void t.test('connections are limited by the client’s address and not by the balancer’s', async (t) => {
  const { door, turnedAway } = await aDoor(t, { perAddress: 1 });
  const open = async (address: string): Promise<string> =>
    await new Promise((resolve) => {
      const socket = connect(door.port, '127.0.0.1');
      socket.setEncoding('utf8').once('data', (text: string) => resolve(text));
      socket.on('close', () => resolve('closed'));
      socket.write(`PROXY TCP4 ${address} 1.1.1.1 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n`);
      t.teardown(() => socket.destroy());
    });
  t.match(await open('192.0.2.7'), /^HTTP\/1\.1 200/);
  t.match(await open('192.0.2.8'), /^HTTP\/1\.1 200/);
  t.equal(await open('192.0.2.7'), 'closed');
  t.strictSame(turnedAway, ['192.0.2.7 too-many-connections']);
});

void t.test('a door that closes does not wait for headers', async (t) => {
  const { door } = await aDoor(t, { withinMs: 60_000 });
  const socket = connect(door.port, '127.0.0.1', () => socket.write('PROXY '));
  const ended = new Promise<void>((resolve) =>
    socket.on('error', () => undefined).on('close', () => resolve()),
  );
  // Answered: so the one before was accepted.
  await exchange(door.port, [Buffer.from('x')]);
  await door.close();
  await ended;
  t.pass();
});
