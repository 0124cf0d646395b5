import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { peerCertificate } from '../servers/authority.ts';
import { startBalancer } from '../servers/balancer.ts';
import { startChromium } from '../servers/chromium.ts';
import { gitClient } from '../servers/git.ts';
import { hostileScripts, rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { startNginxProxy } from '../servers/nginx-proxy.ts';
import { startProgram, untilListening } from '../servers/program.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

async function repositories(t: Test): Promise<string> {
  const directory = await temporaryDirectory(t);
  await makeAppRepository(directory);
  return directory;
}

async function says(t: Test, text: string): Promise<number> {
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

void t.test('nginx with fcgiwrap and git http-backend serves fetch and push', async (t) => {
  const directory = await repositories(t);
  const host = await startNginxGitHost(t, { directory });
  const client = await gitClient(t);
  await client.must(['clone', '-q', `${host.url}/app`, 'app']);
  await client.must(['-C', 'app', 'push', '-q', 'origin', 'HEAD:refs/heads/pushed']);
  const there = await client.must(['-C', join(directory, 'app.git'), 'rev-parse', 'pushed']);
  t.equal(there, await client.must(['-C', 'app', 'rev-parse', 'HEAD']));
});

void t.test('the same host over TLS with passwords lets only those in who know one', async (t) => {
  const certificate = await peerCertificate(t);
  const host = await startNginxGitHost(t, {
    directory: await repositories(t),
    certificate,
    passwords: { reader: 'secret' },
  });
  const client = await gitClient(t, { caFile: certificate.caFile });
  t.match(await client.run(['ls-remote', `${host.url}/app`]), { code: 128 });
  await client.must(['ls-remote', `https://reader:secret@localhost:${host.port}/app`]);
  const stranger = await gitClient(t);
  t.match(await stranger.run(['ls-remote', `${host.url}/app`]), { code: 128, stderr: /certificate/ });
});

void t.test('nginx as proxy carries a clone and a large push', async (t) => {
  const host = await startNginxGitHost(t, { directory: await repositories(t) });
  const certificate = await peerCertificate(t);
  const proxy = await startNginxProxy(t, host.port, certificate);
  const client = await gitClient(t, { caFile: certificate.caFile });
  await client.must(['clone', '-q', `${proxy.url}/app`, 'app']);
  await client.must([
    '-C',
    'app',
    '-c',
    'http.postBuffer=65536',
    'push',
    '-q',
    'origin',
    'HEAD:refs/heads/p',
  ]);
});

void t.test('a balancer gives connections to its targets in turn, and as steered', async (t) => {
  const balancer = await startBalancer(t, [await says(t, 'one'), await says(t, 'two')]);
  const ask = async () =>
    (await fetch(`http://127.0.0.1:${balancer.port}`, { headers: { connection: 'close' } })).text();
  t.strictSame([await ask(), await ask(), await ask()], ['one', 'two', 'one']);
  balancer.next = 0;
  t.equal(await ask(), 'one');
  t.strictSame(balancer.counts, [3, 1]);
});

void t.test('a hostile host sends the bytes of its script and keeps what it was sent', async (t) => {
  const host = await startHostileHost(t, hostileScripts.redirect('http://127.0.0.1:6379/'));
  const sent = await fetch(`${host.url}/a?b`, { redirect: 'manual', headers: { 'X-Y': 'z' } });
  t.equal(sent.headers.get('location'), 'http://127.0.0.1:6379/');
  t.match(host.requests[0], { method: 'GET', url: '/a?b', headers: { 'x-y': 'z' } });

  host.script = hostileScripts.interim(['103 Early Hints'], rawResponse('200 OK', {}, 'done'));
  t.equal(await (await fetch(host.url)).text(), 'done');
  host.script = hostileScripts.shortBody('text/plain', Buffer.from('half'), 8);
  await t.rejects((await fetch(host.url)).text());
  host.script = hostileScripts.shortChunk('text/plain', Buffer.from('half'));
  await t.rejects((await fetch(host.url)).text());
  host.script = hostileScripts.silentClose;
  await t.rejects(fetch(host.url));
  host.script = async (request, socket) => {
    socket.end(rawResponse('200 OK', {}, (await request.body()).toString().toUpperCase()));
  };
  t.equal(await (await fetch(host.url, { method: 'POST', body: 'loud' })).text(), 'LOUD');
});

void t.test('a hostile host answers late when told to', async (t) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const host = await startHostileHost(t, hostileScripts.slowFirstByte(released, hostileScripts.challenge));
  const answer = fetch(host.url);
  await t.rejects(fetch(host.url, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  release();
  t.equal((await answer).status, 401);
});

void t.test('the browser opens a page behind a certificate of a test authority', async (t) => {
  const certificate = await peerCertificate(t);
  const proxy = await startNginxProxy(t, await says(t, '<!doctype html><h1>Here</h1>'), certificate);
  const { person } = await startChromium(t);
  const page = await (await person()).newPage();
  await page.goto(proxy.url);
  t.equal(await page.textContent('h1'), 'Here');
});

void t.test('a program that ends before it listens fails with what it printed', async (t) => {
  const program = startProgram(t, 'sh', ['-c', 'echo no such luck >&2; exit 3']);
  await t.rejects(untilListening(program, { host: '127.0.0.1', port: 1 }), /no such luck/);
});
