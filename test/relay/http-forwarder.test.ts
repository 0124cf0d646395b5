import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import t from 'tap';
import {
  createHttpForwarder,
  type HttpForwarderOptions,
  type UpstreamRequest,
} from '../../gateway/relay/http-forwarder.ts';
import { isInside } from '../../gateway/relay/public-addresses.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';

function aForwarder(
  t: { teardown(end: () => unknown): unknown },
  change: Partial<HttpForwarderOptions> = {},
) {
  const forwarder = createHttpForwarder({ connectMs: 2_000, allowPrivateAddresses: true, ...change });
  t.teardown(() => forwarder.close());
  return forwarder;
}

function aRequest(url: string, change: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'GET', url, headers: {}, body: Readable.from([]), fresh: false, ...change };
}

void t.test('only the headers given go up, and the host is the upstream’s own', async (t) => {
  const host = await startHostileHost(t, (_request, socket) =>
    socket.end(rawResponse('200 OK', {}, 'hello')),
  );
  const { answer } = aForwarder(t).forward(
    aRequest(`${host.url}/a%20b/c?x=%2F`, { headers: { accept: 'x/y' } }),
  );

  t.equal(await text(await answer), 'hello');
  const [seen] = host.requests;
  t.equal(seen?.url, '/a%20b/c?x=%2F', 'the path is not rewritten');
  t.strictSame(Object.keys(seen?.headers ?? {}).sort(), ['accept', 'connection', 'host']);
  t.equal(seen?.headers.host, `127.0.0.1:${host.port}`);
});

void t.test('answers read at once come whole and unmixed, in pieces of 32 KiB at most', async (t) => {
  const bodyOf = (name: string) => Buffer.alloc(3_000_000, `${name} of the answers; `);
  const host = createServer((request, response) => response.end(bodyOf(request.url ?? '')));
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  t.teardown(() => host.close());
  const forwarder = aForwarder(t);
  let longest = 0;
  const read = async (name: string): Promise<void> => {
    const { port } = host.address() as AddressInfo;
    const answer = await forwarder.forward(aRequest(`http://127.0.0.1:${port}${name}`)).answer;
    const pieces: Buffer[] = [];
    for await (const piece of answer as AsyncIterable<Buffer>) {
      pieces.push(piece);
      longest = Math.max(longest, piece.length);
    }
    t.ok(Buffer.concat(pieces).equals(bodyOf(name)), name);
  };
  const names = Array.from({ length: 8 }, (_, at) => `/${at}`);
  await Promise.all(names.map(read));
  // On connections that were kept.
  await Promise.all(names.map((name) => read(`${name}-again`)));
  t.ok(longest <= 32_768, `a piece of ${longest} bytes`);
});

void t.test(
  'a destroyed request rejects with the reason given, before a socket is there and after',
  async (t) => {
    const host = await startHostileHost(t, () => undefined);
    const forwarder = aForwarder(t);
    const early = forwarder.forward(aRequest(host.url));
    early.destroy(new Error('cut'));
    await t.rejects(early.answer, { message: 'cut' });

    const late = forwarder.forward(aRequest(host.url));
    while (host.requests.length === 0) await new Promise(setImmediate);
    late.destroy(new Error('cut'));
    late.destroy(new Error('again'));
    await t.rejects(late.answer, { message: 'cut' });
    await host.requests[0]?.gone;
  },
);

void t.test('a body that breaks off breaks the request; the host never sees a clean end', async (t) => {
  const ends: string[] = [];
  const host = await startHostileHost(t, (request) => {
    request.body().then(
      () => ends.push('clean'),
      () => ends.push('broken'),
    );
  });
  const body = new Readable({ read() {} });
  body.push('half');
  const { answer } = aForwarder(t).forward(aRequest(host.url, { method: 'POST', body, fresh: true }));
  while (host.requests.length === 0) await new Promise(setImmediate);
  body.destroy(new Error('the client left'));

  await t.rejects(answer, { message: 'the client left' });
  await host.requests[0]?.gone;
  await new Promise(setImmediate);
  t.strictSame(ends, ['broken']);
});

void t.test('a host that never takes the connection is given up', async (t) => {
  // A listener with a full backlog: the kernel answers no more SYNs.
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 0 }, resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const forwarder = aForwarder(t, { connectMs: 200 });
  // TLS is never spoken back: that too is a connection not taken.
  await t.rejects(forwarder.forward(aRequest(`https://127.0.0.1:${port}/`)).answer, { message: /in time/ });
});

void t.test(
  'with private addresses not allowed, names and literals that lead inside are not asked',
  async (t) => {
    const host = await startHostileHost(t, (_request, socket) => socket.end(rawResponse('200 OK', {}, '')));
    const forwarder = aForwarder(t, { allowPrivateAddresses: false });
    for (const url of [
      host.url,
      `http://localhost:${host.port}/`,
      `http://[::1]:${host.port}/`,
      `http://[::ffff:127.0.0.1]:${host.port}/`,
    ])
      await t.rejects(forwarder.forward(aRequest(url)).answer, { message: /public/ }, url);
    t.equal(host.requests.length, 0);
  },
);

void t.test('which addresses are inside', async (t) => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '172.31.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    'x',
  ])
    t.ok(isInside(address), address);
  for (const address of ['140.82.112.3', '172.32.0.1', '2606:50c0::1']) t.notOk(isInside(address), address);
});
