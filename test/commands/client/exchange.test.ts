import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { type Bounds, exchange, NoAnswer } from '../../../gateway/commands/client/exchange.ts';

const bounds: Bounds = { connectMs: 10_000, answerMs: 10_000, largestAnswer: 1_000 };

/** A server of bytes, and a call to it. */
async function aServer(t: Test, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (scheme: 'http' | 'https', changed: Partial<Bounds> = {}) =>
    exchange(
      { origin: new URL(`${scheme}://127.0.0.1:${port}`), token: 'slu_a_secret', ca: undefined },
      { method: 'POST', path: '/api/locks', body: '{"reason":"ö"}' },
      { ...bounds, ...changed },
    );
}

async function lost(call: Promise<unknown>): Promise<{ arrived: boolean; why: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof NoAnswer)) throw new Error(`no NoAnswer but ${String(error)}`);
  return { arrived: error.arrived, why: (error.cause as Error).message };
}

void t.test(
  'what is sent is one request with the credential as Bearer, and redirects are not followed',
  async (t) => {
    const seen: string[] = [];
    const call = await aServer(t, (socket) =>
      socket.on('data', (data) => {
        seen.push(data.toString());
        if (seen.join('').endsWith('}'))
          socket.end(
            'HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\nContent-Length: 2\r\n\r\nno',
          );
      }),
    );
    t.strictSame(await call('http'), { status: 302, contentType: '', text: 'no' });
    t.match(seen.join(''), /^POST \/api\/locks HTTP\/1\.1\r\nauthorization: Bearer slu_a_secret\r\n/);
    t.match(seen.join(''), /content-length: 15\r\n[\s\S]*\r\n\r\n\{"reason":"ö"\}$/);
  },
);

void t.test('a peer that never says anything costs so much time and no more', async (t) => {
  const call = await aServer(t, () => undefined);
  t.strictSame(await lost(call('https', { connectMs: 50 })), {
    arrived: false,
    why: 'no connection within 0.05 s',
  });
  t.strictSame(await lost(call('http', { answerMs: 50 })), {
    arrived: true,
    why: 'no whole answer within 0.05 s',
  });
});

void t.test('an answer without end is broken off', async (t) => {
  const call = await aServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`));
    };
    socket.on('drain', more);
    more();
  });
  t.strictSame(await lost(call('http')), { arrived: true, why: 'the answer is over 1000 bytes' });
});

void t.test('an answer that stops half-way is none', async (t) => {
  const call = await aServer(t, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
  });
  t.match(await lost(call('http')), { arrived: true });
});
