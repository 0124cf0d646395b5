import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { anSshNode } from './ssh-node.ts';

/** A person with a registered key, whose git goes through the real ssh. */
async function aPerson(t: Ending, right: 'fetch' | 'push', name: string, options: GitNodeOptions = {}) {
  const { node, door, key, principal, client, faults } = await anSshNode(t, options);
  const owner = await principal();
  const { file } = await key('id', owner);
  const ssh = await client([file]);
  const grant = await node.grant(owner, { scope: scopeOf(name, right) });
  const git = await gitClient(t, {
    env: {
      GIT_SSH_COMMAND: ['ssh', '-o', 'RekeyLimit=1M', ...ssh.options].map((word) => `'${word}'`).join(' '),
    },
  });
  const entriesOf = async (type: string) => {
    door.resetAll();
    return (await node.entries()).filter((entry) => entry.type === type);
  };
  return { node, git, grant, faults, entriesOf, address: `ssh://git@127.0.0.1:${door.port}/hub/${name}.git` };
}

for (const version of ['0', '1', '2'])
  void t.test(`protocol v${version}: clone, fetch, push, tags and delete through the real ssh`, async (t) => {
    const { node, git, address, faults, entriesOf } = await aPerson(t, 'push', 'app');
    await makeAppRepository(node.directory);
    const host = `${node.directory}/app.git`;
    const run = (...args: readonly string[]) =>
      git.must(['-c', `protocol.version=${version}`, '-C', 'app', ...args]);
    await git.must(['-c', `protocol.version=${version}`, 'clone', '-q', '--depth=1', address, 'app']);
    await run('fetch', '-q', '--unshallow');
    await writeFile(`${git.directory}/app/big`, randomBytes(3_000_000));
    await run('add', '.');
    await run('commit', '-q', '-m', 'big');
    await run('tag', 'v9');
    await run('push', '-q', 'origin', 'HEAD:refs/heads/big', 'v9');
    await run('push', '-q', 'origin', ':refs/heads/big');
    t.equal(await run('ls-remote', 'origin'), await git.must(['ls-remote', host]));
    t.match(await run('ls-remote', 'origin'), 'refs/tags/v9');
    t.strictSame([faults, node.troubles], [[], []]);
    const ended = await entriesOf('operation.ended');
    t.ok(
      ended.every((entry) => 'outcome' in entry && /^(completed|advertised)$/.test(entry.outcome)),
      'every operation ended well',
    );
  });

void t.test('a clone revoked in the middle reads why, and the connection rekeys under it', async (t) => {
  const { node, git, grant, address, entriesOf } = await aPerson(t, 'fetch', 'slow', {
    host: { bytesPerSecond: { slow: 1_500_000 } },
  });
  await makeSlowRepository(node.directory);
  const clone = git.start(['clone', address]);
  await moved(node, 'bytesDown', 3_000_000);
  const before = Date.now();
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} was revoked by .*: "laptop lost"`));
  t.match(stderr, 'remote: access has ended');
  t.ok(Date.now() - before < 2_000, 'git was gone within two seconds');
  t.match(await entriesOf('operation.ended'), [{ outcome: 'cut', reason: 'grant-ended' }]);
});

void t.test('a large push revoked on its way is refused at once, and changes no ref', async (t) => {
  const { node, git, grant, address, entriesOf } = await aPerson(t, 'push', 'app');
  await makeAppRepository(node.directory);
  await git.must(['clone', '-q', address, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/big`, randomBytes(64_000_000));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'big'], inApp);
  const before = await git.must(['ls-remote', `${node.directory}/app.git`]);
  const push = git.start(['push', 'origin', 'HEAD:refs/heads/big'], inApp);
  await moved(node, 'bytesUp', 2_000_000);
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await push.finished;
  t.equal(code, 1);
  t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
  t.match(stderr, `! [remote rejected] HEAD -> big (grant ${grant.id} was revoked)`);
  t.equal(await git.must(['ls-remote', `${node.directory}/app.git`]), before);
  t.match((await entriesOf('operation.ended')).at(-1), { outcome: 'cut', reason: 'grant-ended' });
});

void t.test('a client that is killed frees its host, and the record says that it left', async (t) => {
  const { node, git, address } = await aPerson(t, 'fetch', 'slow', {
    host: { bytesPerSecond: { slow: 400_000 } },
  });
  await makeSlowRepository(node.directory);
  const clone = git.start(['clone', address]);
  await moved(node, 'bytesDown', 100_000);
  const { pid } = clone.child;
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  const killed = Date.now();
  t.match(
    (await node.entries()).filter(({ type }) => type === 'operation.ended'),
    [{ outcome: 'client-left' }],
  );
  t.ok(Date.now() - killed < 2_000);
});
