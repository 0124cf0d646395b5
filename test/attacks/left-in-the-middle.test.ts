import { connect, type Socket } from 'node:net';
import t from 'tap';
import { makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { startHostileHost } from '../servers/hostile-host.ts';
import { gitGet, gitPost, rawExchange } from './raw-http.ts';

const zero = '0'.repeat(40);
const command = pktLine(`${zero} ${'a'.repeat(40)} refs/heads/x\0report-status side-band-64k\n`);
const header = Buffer.from('PACK\0\0\0\x02\0\0\0\x07');
const begun = Buffer.concat([command, flushPkt, header, Buffer.alloc(2_000_000, 7)]);

const ways: Readonly<Record<string, (socket: Socket) => void>> = {
  'resets its connection': (socket) => void socket.resetAndDestroy(),
  'closes it': (socket) => void socket.destroy(),
  'closes only its own half': (socket) => void socket.end(),
  'breaks its framing': (socket) => void socket.write('zz\r\nno chunk\r\n'),
};

for (const [what, leave] of Object.entries(ways))
  void t.test(
    `a client that ${what} inside its pack: a broken request to the host, and a client that left on record (case A6)`,
    async (t) => {
      const ends: string[] = [];
      const host = await startHostileHost(t, (request) =>
        request.body().then(
          () => ends.push('whole'),
          () => ends.push('broken'),
        ),
      );
      const node = await aGitNode(t, { hostUrl: host.url });
      const { principal, secret } = await node.person();
      await node.grant(principal, { scope: scopeOf('app', 'push') });
      const socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString('latin1');
      });
      const head = gitPost(secret, 'receive-pack', '')
        .toString()
        .replace('Content-Length: 0', 'Transfer-Encoding: chunked');
      socket.write(`${head}${begun.length.toString(16)}\r\n`);
      socket.write(begun);
      socket.write('\r\n');
      while (!node.git.book.live().some(({ bytesUp }) => bytesUp >= begun.length))
        await new Promise(setImmediate);
      leave(socket);
      t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'client-left' });
      while (ends.length === 0) await new Promise(setImmediate);
      t.strictSame(ends, ['broken']);
      t.notMatch(said, 'unpack ok');
      t.notMatch(node.troubles.join(), /fault/);
    },
  );

void t.test('garbage behind a request is not answered inside the answer to that request', async (t) => {
  const node = await aGitNode(t, { host: { bytesPerSecond: { slow: 4_000_000 } } });
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
  const refs = await rawExchange(node.door.port, [
    gitGet(secret, 'upload-pack', { name: 'slow', headers: ['Connection: close'] }),
  ]);
  const [, tip = ''] = /([0-9a-f]{40}) HEAD/.exec(refs) ?? [];
  const wants = Buffer.concat([pktLine(`want ${tip} side-band-64k\n`), flushPkt, pktLine('done\n')]);
  const socket = connect(node.door.port, '127.0.0.1').on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(gitPost(secret, 'upload-pack', wants, { name: 'slow' }));
  while (said.length < 200_000) await new Promise(setImmediate);
  socket.write('\0garbage\r\n\r\n');
  await closed;
  t.match(said, /^HTTP\/1\.1 200 /);
  t.notMatch(said, 'HTTP/1.1 400', 'one answer, broken off');
  t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'client-left' });
});
