import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { aGitNode, scopeOf } from './git-node.ts';

void t.test(
  'a host that falls silent inside its answer is ended at the idle limit, with its name in the record',
  async (t) => {
    const head = rawResponse(
      '200 OK',
      { 'Content-Type': 'application/x-git-upload-pack-advertisement', 'Content-Length': '5000' },
      '001e# service=git-upload-pack\n0000',
    );
    const host = await startHostileHost(t, (_request, socket) => socket.write(head));
    const node = await aGitNode(t, { hostUrl: host.url, shortened: { idleMs: 1_000 } });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);

    const { code, stderr } = await git.run(['clone', node.address(secret, 'app.git')]);
    t.equal(code, 128);
    t.match(
      stderr,
      'remote error: sluice: nothing moved for 1 s; the transfer is ended, and your grant is not',
    );
    t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'cut', reason: 'idle' });
  },
);

void t.test('a slow transfer that moves outlives the idle limit', async (t) => {
  const node = await aGitNode(t, {
    host: { bytesPerSecond: { app: 700 } },
    shortened: { idleMs: 1_500 },
  });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const git = await gitClient(t);

  const started = performance.now();
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  t.ok(performance.now() - started > 1_500, 'it took longer than the limit');
});
