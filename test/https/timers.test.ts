import { chmod, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { gitClient } from '../servers/git.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { aGitNode, scopeOf } from './git-node.ts';
import { moved } from './moved.ts';

/** Longer than Node's own keep-alive of 5 s, which would end each of these. */
const pauseMs = 6_000;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));

t.jobs = 3;

void t.test('a pre-push hook that takes its time between discovery and push (case A5)', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  const hook = `${git.directory}/app/.git/hooks/pre-push`;
  await writeFile(hook, `#!/bin/sh\nsleep ${pauseMs / 1000}\n`);
  await chmod(hook, 0o755);
  await git.must(['-C', 'app', 'push', '-q', 'origin', 'HEAD:refs/heads/slow']);
  t.equal(
    (await node.entries()).filter((entry) => entry.type === 'operation.started' && entry.right === 'push')
      .length,
    1,
    'one operation still',
  );
});

void t.test('a client that stops in the middle of its body', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const body = Buffer.concat([pktLine('command=ls-refs'), flushPkt]);
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: node.door.port,
        path: '/hub/app.git/git-upload-pack',
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
          'git-protocol': 'version=2',
          'content-type': 'application/x-git-upload-pack-request',
        },
      },
      (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => {
          text += piece.toString();
        });
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.write(body.subarray(0, 10));
    void pause().then(() => sent.end(body.subarray(10)));
  });
  t.match(answer, /refs\/heads\/main/);
});

void t.test('a host whose first byte takes its time', async (t) => {
  const host = await startHostileHost(t, async (_request, socket) => {
    await pause();
    const line = `${'a'.repeat(40)} refs/heads/slow\0multi_ack\n`;
    const body = `001e# service=git-upload-pack\n0000${pktLine(line).toString()}0000`;
    socket.end(
      rawResponse('200 OK', { 'Content-Type': 'application/x-git-upload-pack-advertisement' }, body),
    );
  });
  const node = await aGitNode(t, { hostUrl: host.url });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const git = await gitClient(t);
  t.match(
    await git.must(['-c', 'protocol.version=0', 'ls-remote', node.address(secret, 'app.git')]),
    'refs/heads/slow',
  );
});

void t.test('a push longer than is configured is refused with a sentence (case A4)', async (t) => {
  const node = await aGitNode(t, { shortened: { maxPushBytes: 2_000_000 } });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  const { randomBytes } = await import('node:crypto');
  await writeFile(`${git.directory}/app/big`, randomBytes(4_000_000));
  await git.must(['-C', 'app', 'add', '.']);
  await git.must(['-C', 'app', 'commit', '-q', '-m', 'big']);
  const { code, stderr } = await git.run(['-C', 'app', 'push', 'origin', 'HEAD:refs/heads/big']);
  t.equal(code, 1);
  t.match(stderr, 'remote: sluice: a push here may have 2000000 bytes');
  t.match(stderr, '! [remote rejected] HEAD -> big (not taken by the gateway)');
});

void t.test(
  'a push killed in mid-body is broken to the host, changes no ref, and is on record as left (case A6)',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
    const { randomBytes } = await import('node:crypto');
    for (let i = 0; i < 8; i += 1) await writeFile(`${git.directory}/app/big${i}`, randomBytes(8 * 2 ** 20));
    await git.must(['-C', 'app', 'add', '.']);
    await git.must(['-C', 'app', 'commit', '-q', '-m', 'big']);
    const before = await git.must(['ls-remote', `${node.directory}/app.git`]);
    const push = git.start(['-C', 'app', 'push', 'origin', 'HEAD:refs/heads/big']);
    await moved(node, 'bytesUp', 3_000_000);
    if (push.child.pid !== undefined) process.kill(-push.child.pid, 'SIGKILL');
    await push.finished;

    t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'client-left' });
    t.equal(await git.must(['ls-remote', `${node.directory}/app.git`]), before);
  },
);
