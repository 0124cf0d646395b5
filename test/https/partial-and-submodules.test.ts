import { cp } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, scopeOf } from './git-node.ts';

void t.test(
  'a partial clone whose grant has ended says so on checkout, and how to renew (case F3)',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    const grant = await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    await git.must(['-C', `${node.directory}/app.git`, 'config', 'uploadpack.allowFilter', 'true']);
    await git.must([
      'clone',
      '-q',
      '--filter=blob:none',
      '--no-checkout',
      node.address(secret, 'app.git'),
      'app',
    ]);

    await node.revoke(grant.id, 'over');
    const { code, stderr } = await git.run(['-C', 'app', 'checkout', 'HEAD', '--', '.']);
    t.equal(code, 128);
    t.match(stderr, `sluice: grant ${grant.id} was revoked`);
    t.match(stderr, 'ask again: https://gw.test/ask/hub/app?right=fetch');
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    await git.must(['-C', 'app', 'checkout', 'HEAD', '--', '.']);
    await git.must(['-C', 'app', 'log', '-p', '--all']);
  },
);

void t.test('shallow clones deepen and unshallow', async (t) => {
  for (const version of ['0', '2']) {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    const v = ['-c', `protocol.version=${version}`];
    await git.must([...v, 'clone', '-q', '--depth=1', node.address(secret, 'app.git'), 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    t.equal((await git.must(['rev-list', '--count', 'HEAD'], inApp)).trim(), '1');
    await git.must([...v, 'fetch', '-q', '--deepen=1'], inApp);
    t.equal((await git.must(['rev-list', '--count', 'HEAD'], inApp)).trim(), '2');
    await git.must([...v, 'fetch', '-q', '--unshallow'], inApp);
    await git.must(['fsck'], inApp);
    t.strictSame(node.troubles, []);
  }
});

void t.test(
  'relative submodules land on the gateway, and a refusal names the one that is missing (case F1)',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    for (const name of ['lib', 'other'])
      await cp(`${node.directory}/app.git`, `${node.directory}/${name}.git`, { recursive: true });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t, { env: { GIT_ALLOW_PROTOCOL: 'http:file' } });
    await git.must(['clone', '-q', `${node.directory}/app.git`, 'work']);
    const inWork = { cwd: `${git.directory}/work` };
    await git.must(['submodule', '--quiet', 'add', `${node.directory}/lib.git`, 'lib'], inWork);
    await git.must(['config', '-f', '.gitmodules', 'submodule.lib.url', '../lib.git'], inWork);
    await git.must(['commit', '-qam', 'with a submodule'], inWork);
    await git.must(['push', '-q', 'origin', 'HEAD'], inWork);

    const alone = await git.run([
      'clone',
      '-q',
      '--recurse-submodules',
      node.address(secret, 'app.git'),
      'alone',
    ]);
    t.not(alone.code, 0);
    t.match(
      alone.stderr,
      'sluice: no live grant to fetch hub/lib\nask: https://gw.test/ask/hub/lib?right=fetch',
    );
    await node.grant(principal, { scope: scopeOf('lib', 'fetch') });
    await git.must(['clone', '-q', '--recurse-submodules', node.address(secret, 'app.git'), 'both']);

    await git.must(['config', '-f', '.gitmodules', 'submodule.lib.url', '../../../../../etc'], inWork);
    await git.must(['commit', '-qam', 'dots'], inWork);
    await git.must(['push', '-q', 'origin', 'HEAD'], inWork);
    const dots = await git.run([
      'clone',
      '-q',
      '--recurse-submodules',
      node.address(secret, 'app.git'),
      'dots',
    ]);
    t.not(dots.code, 0, 'dots do not leave the gateway');
  },
);
