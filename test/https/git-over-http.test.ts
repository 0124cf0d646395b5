import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, scopeOf } from './git-node.ts';

for (const version of ['0', '1', '2']) {
  void t.test(
    `protocol v${version}: a clone under a grant has every byte and ends in one entry`,
    async (t) => {
      const node = await aGitNode(t);
      await makeAppRepository(node.directory);
      const { principal, secret } = await node.person();
      await node.grant(principal, { scope: scopeOf('app', 'fetch') });
      const git = await gitClient(t);

      await git.must(['-c', `protocol.version=${version}`, 'clone', node.address(secret, 'app.git'), 'app']);
      await git.must(['-C', 'app', 'fsck', '--strict']);
      const entries = await node.entries();
      t.match(
        entries.filter(({ type }) => type.startsWith('operation.')),
        [
          { type: 'operation.started', protocol: Number(version), right: 'fetch', repository: 'hub/app' },
          { type: 'operation.ended', outcome: 'completed' },
        ],
      );
      t.strictSame(node.troubles, []);
    },
  );
}

void t.test('without a grant git prints the reason and how to ask', async (t) => {
  const node = await aGitNode(t);
  const { secret } = await node.person();
  const git = await gitClient(t);

  const clone = await git.run(['clone', node.address(secret, 'app.git')]);
  t.equal(clone.code, 128);
  t.match(
    clone.stderr,
    'fatal: remote error: sluice: no live grant to fetch hub/app\nask: https://gw.test/ask/hub/app?right=fetch',
  );
});

void t.test('pushes of new branches, updates, tags and deletes reach the host', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);

  await git.must(['clone', node.address(secret, 'app.git'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['commit', '--allow-empty', '-m', 'one'], inApp);
  await git.must(['push', 'origin', 'HEAD:refs/heads/new'], inApp);
  await git.must(['commit', '--allow-empty', '-m', 'two'], inApp);
  await git.must(['push', 'origin', 'HEAD:refs/heads/new'], inApp);
  await git.must(['tag', 'v9'], inApp);
  await git.must(['push', '--tags', 'origin'], inApp);
  await git.must(['push', 'origin', ':refs/heads/new'], inApp);
  const refs = await git.must(['ls-remote', 'origin'], inApp);
  t.match(refs, /refs\/tags\/v9/);
  t.notMatch(refs, /refs\/heads\/new/);
  const entries = await node.entries();
  t.match(
    entries
      .flatMap((entry) => (entry.type === 'push.settled' ? entry.updates : []))
      .map(({ ref, outcome }) => [ref, outcome]),
    [
      ['refs/heads/new', 'applied'],
      ['refs/heads/new', 'applied'],
      ['refs/tags/v9', 'applied'],
      ['refs/heads/new', 'applied'],
    ],
  );
  t.strictSame(node.troubles, []);
});
