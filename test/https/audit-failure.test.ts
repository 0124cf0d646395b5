import { appendFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { failingDisk } from '../audit/failing-disk.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, scopeOf } from './git-node.ts';

/** A node with a grant to push and a clone of its repository, whose audit then takes nothing. */
async function aNodeWithoutAudit(t: Parameters<typeof aGitNode>[0], onAuditFailure: 'refuse' | 'continue') {
  const disk = failingDisk();
  const node = await aGitNode(t, { disk, onAuditFailure });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  const address = node.address(secret, 'app.git');
  await git.must(['clone', address, 'work']);
  await appendFile(`${git.directory}/work/README.md`, 'more\n');
  await git.must(['-C', 'work', '-c', 'user.name=d', '-c', 'user.email=d@x', 'commit', '-aqm', 'more']);
  const main = async () => await git.must(['ls-remote', `${node.directory}/app.git`, 'refs/heads/main']);
  const before = await main();
  disk.fault = 'sync';
  return { node, disk, git, address, isPushed: async () => (await main()) !== before };
}

void t.test('an audit that cannot be written refuses what begins, by default', async (t) => {
  const { git, address, isPushed } = await aNodeWithoutAudit(t, 'refuse');
  const clone = await git.run(['clone', address, 'again']);
  t.match(clone, { code: 128, stderr: /sluice: the audit log cannot be written/ });
  t.not((await git.run(['-C', 'work', 'push'])).code, 0);
  t.notOk(await isPushed());
});

void t.test('with onFailure: continue fetches and pushes go on, with an alarm', async (t) => {
  const { node, disk, git, address, isPushed } = await aNodeWithoutAudit(t, 'continue');
  const clone = await git.run(['clone', address, 'again']);
  t.equal(clone.code, 0, clone.stderr);
  const push = await git.run(['-C', 'work', 'push']);
  t.equal(push.code, 0, push.stderr);
  t.ok(await isPushed());
  t.ok(node.troubles.includes('audit-unwritable'), node.troubles.join());

  disk.fault = 'none';
  const alarm = async () => {
    await git.must(['ls-remote', address]);
    const entries = await node.entries();
    return entries.find((entry) => entry.type === 'node.alarm' && entry.alarm === 'audit-unwritable');
  };
  // The disk is tried again a second after it failed.
  let told = await alarm();
  while (told === undefined) told = await alarm();
  t.match(
    told,
    { alarm: 'audit-unwritable', count: /[1-9]/ },
    'what was not recorded is counted once it can be',
  );
});
