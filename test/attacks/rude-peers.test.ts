import { connect, type Socket } from 'node:net';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import { gitClient } from '../servers/git.ts';
import {
  type HostileScript,
  hostileScripts,
  rawResponse,
  startHostileHost,
} from '../servers/hostile-host.ts';
import { rawExchange, statuses } from './raw-http.ts';

void t.test(
  'garbage, other protocols and endless headers get a short no and leave the others alone',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    for (const bytes of [
      '\x16\x03\x01\x02\x00',
      'SSH-2.0-x\r\n',
      'GET /\r\n\r\n',
      '\0'.repeat(1_000),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      `GET /${'a'.repeat(30_000)} HTTP/1.1\r\n\r\n`,
      `GET / HTTP/1.1\r\nX: ${'a'.repeat(30_000)}\r\n\r\n`,
    ]) {
      const said = await rawExchange(node.door.port, [bytes]);
      t.ok(
        said === '' || [400, 404, 431, 505].includes(statuses(said)[0] ?? 0),
        `${JSON.stringify(bytes.slice(0, 12))}: ${said.slice(0, 40)}`,
      );
    }
    t.equal((await git.run(['ls-remote', node.address(secret, 'app.git')])).code, 0);
  },
);

void t.test('200 connections that say nothing hinder nobody', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const silent: Socket[] = Array.from({ length: 200 }, () =>
    connect(node.door.port, '127.0.0.1').on('error', () => undefined),
  );
  t.teardown(() => {
    for (const socket of silent) socket.destroy();
  });
  const git = await gitClient(t);
  t.equal((await git.run(['ls-remote', node.address(secret, 'app.git')])).code, 0);
});

void t.test('a client that never reads is cut when its grant ends, and its connection reset', async (t) => {
  const node = await aGitNode(t);
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
  const authorization = `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;
  const refs = await rawExchange(node.door.port, [
    `GET /hub/slow.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`,
  ]);
  const head = /([0-9a-f]{40}) HEAD/.exec(refs)?.[1] ?? '';
  const body = `0032want ${head}\n00000009done\n`;
  const socket = connect(node.door.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const gone = new Promise<number>((resolve) => socket.once('close', () => resolve(Date.now())));
  socket.pause();
  socket.write(
    `POST /hub/slow.git/git-upload-pack HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await moved(node, 'bytesDown', 1_000_000);
  const revoked = Date.now();
  await node.revoke(grant.id, 'over');
  socket.once('error', () => undefined);
  // Reading nothing, it learns of the reset when it writes.
  const poke = setInterval(() => socket.write('x'), 100);
  const closedAt = await gone;
  clearInterval(poke);
  t.ok(closedAt - revoked < 3_500, `${closedAt - revoked} ms`);
});

const advertisement = 'application/x-git-upload-pack-advertisement';
const half = Buffer.from('001e# service=git-upload-pack\n0000');
const rude: Readonly<Record<string, HostileScript>> = {
  'asks for a credential': hostileScripts.challenge,
  'answers a page': hostileScripts.page,
  'frames its answer twice': hostileScripts.twiceFramed,
  'closes before the length it said': hostileScripts.shortBody(advertisement, half, 5_000),
  'closes inside a chunk': hostileScripts.shortChunk(advertisement, half),
  'sends headers without end': (_, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const more = (): void => {
      while (!socket.destroyed && socket.write(`X: ${'a'.repeat(1_000)}\r\n`));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  },
  'continues a thousand times': (_, socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)),
  'resets at once': (_, socket) => socket.resetAndDestroy(),
  'sets a cookie and answers git': (_, socket) =>
    socket.end(rawResponse('200 OK', { 'Content-Type': advertisement, 'Set-Cookie': 'a=b' }, 'zzzz')),
  'speaks another protocol': (_, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
};
for (const [what, script] of Object.entries(rude))
  void t.test(`a host that ${what} costs one command, with a sentence`, async (t) => {
    const host = await startHostileHost(t, script);
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);

    const { code, stderr } = await git.run(['ls-remote', node.address(secret, 'app.git')], {
      env: { GIT_CURL_VERBOSE: '1' },
    });
    t.equal(code, 128);
    t.match(stderr, /remote error: sluice: /);
    t.notMatch(stderr, /set-cookie/i);
    t.notMatch(node.troubles.join(), /fault/);
    t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'upstream-failed' });
  });
