import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { discover } from '../../gateway/identity/discovery.ts';
import { providerFetch } from '../../gateway/identity/provider-fetch.ts';

async function aPeer(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

void t.test('an answer over 1 MiB is given up', async (t) => {
  const peer = await aPeer(t, (_request, response) => response.end(Buffer.alloc(3_000_000)));
  await t.rejects(providerFetch()(peer, {}), /over 1048576 bytes/);
});

void t.test('a redirect is an answer, not followed', async (t) => {
  const peer = await aPeer(t, (_request, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:6379/' }).end();
  });
  t.equal((await providerFetch()(peer, {})).status, 302);
});

void t.test('forms are sent with their length, and an abort ends the request', async (t) => {
  const peer = await aPeer(t, (request, response) => {
    if (request.method === 'GET') return;
    response.setHeader('content-type', 'text/plain');
    request.pipe(response);
  });
  const echoed = await providerFetch()(peer, { method: 'POST', body: new URLSearchParams({ code: 'ü&' }) });
  t.equal(await echoed.text(), 'code=%C3%BC%26');
  const abort = new AbortController();
  const waiting = providerFetch()(peer, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await t.rejects(waiting);
});

void t.test('while the provider is away it is asked once in 5 s, and a good document is kept', async (t) => {
  let now = 0;
  let requests = 0;
  let body = 'away';
  const peer = await aPeer(t, (_request, response) => {
    requests += 1;
    response.end(body);
  });
  const document = discover({ issuer: peer, discoveryUrl: undefined }, providerFetch(), () => now);
  await t.rejects(document(), { code: 'AUTH_PROVIDER_UNREACHABLE', message: /not JSON/ });
  await t.rejects(document(), { code: 'AUTH_PROVIDER_UNREACHABLE' });
  t.equal(requests, 1);

  now = 5_000;
  body = JSON.stringify({ issuer: peer });
  await t.rejects(document(), { message: /lacks an endpoint/ });
  now = 10_000;
  const endpoints = { authorization_endpoint: peer, token_endpoint: peer, jwks_uri: peer };
  body = JSON.stringify({ issuer: peer, ...endpoints });
  t.match(await document(), { issuer: peer });
  now += 3_600_000;
  body = '<html>';
  t.match(await document(), { issuer: peer }, 'the old one stands');
});
