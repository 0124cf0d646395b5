import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { overSsh } from './ways.ts';

void t.test('a host that does not take the version is spoken to in version 0', async (t) => {
  const { git, repositories, address, faults } = await overSsh.reach(t, 'push', 'app', { lines: [] });
  await makeAppRepository(repositories);
  await git.must(['-c', 'protocol.version=2', 'clone', '-q', address('app'), 'app']);
  await git.must(['-C', 'app', 'push', '-q', 'origin', 'HEAD:refs/heads/new']);
  t.equal(
    await git.must(['-C', 'app', 'ls-remote', 'origin']),
    await git.must(['ls-remote', `${repositories}/app.git`]),
  );
  t.strictSame(faults(), []);
});

void t.test(
  'a host with another key than the pinned one is shown nothing, and the operator is told',
  async (t) => {
    const { host, node, git, address } = await overSsh.reach(t, 'fetch', 'app');
    await makeAppRepository(host.directory);
    await writeFile(host.knownHostsFile, `[127.0.0.1]:${host.port} ${makeEd25519Key('other').line}`);
    const { code, stderr } = await git.run(['clone', address('app')]);
    t.equal(code, 128);
    t.match(stderr, 'fatal: remote error: sluice: the git host behind hub shows another SSH key');
    t.match(node.troubles.join('\n'), /host key of hub: the host shows the key SHA256:.*; pinned is SHA256:/);
    await writeFile(host.knownHostsFile, host.knownHostsLine);
    t.match(await git.run(['clone', address('app')]), { code: 0 }, 'a mended file counts at once');
  },
);

void t.test('an archive comes from the host for whoever may fetch, and only for them', async (t) => {
  const { host, node, git, grant, address, entriesOf } = await overSsh.reach(t, 'fetch', 'app');
  await makeAppRepository(host.directory);
  const archive = ['archive', '--format=tar', `--remote=${address('app')}`, '--output=app.tar', 'HEAD'];
  await git.must(archive);
  const bare = `${host.directory}/app.git`;
  await git.must(['archive', '--format=tar', '--output=own.tar', 'HEAD'], {
    env: { GIT_DIR: bare },
  });
  t.ok((await readFile(`${git.directory}/app.tar`)).equals(await readFile(`${git.directory}/own.tar`)));
  const wrong = await git.run(['archive', `--remote=${address('app')}`, 'no-such-branch']);
  t.match([wrong.code, wrong.stderr], [1, /remote: fatal: no such ref: no-such-branch/]);
  await node.revoke(grant.id, 'over');
  const { code, stderr } = await git.run(archive);
  t.equal(code, 128);
  t.match(stderr, `fatal: remote error: sluice: grant ${grant.id} was revoked`);
  t.match(await entriesOf('operation.ended'), [{ outcome: 'completed' }, { outcome: 'upstream-failed' }]);
});

void t.test('a partial clone fetches what it lacks when it is looked at', async (t) => {
  const { host, git, address } = await overSsh.reach(t, 'fetch', 'app');
  await makeAppRepository(host.directory);
  await git.must(['config', 'uploadpack.allowFilter', 'true'], { cwd: `${host.directory}/app.git` });
  await git.must(['clone', '-q', '--filter=blob:none', '--no-checkout', address('app'), 'app']);
  await git.must(['-C', 'app', 'checkout', '-q', 'HEAD']);
  t.match(await git.must(['-C', 'app', 'status', '--short']), /^$/);
});

void t.test('only GIT_PROTOCOL reaches the host, and only when it is well formed', async (t) => {
  const { host, ssh } = await overSsh.reach(t, 'fetch', 'app', { lines: ['AcceptEnv *'] });
  await makeAppRepository(host.directory);
  const run = (value: string) =>
    ssh.run("git-upload-pack '/hub/app.git'", ['-o', 'SendEnv=*'], {
      env: { GIT_PROTOCOL: value, LD_PRELOAD_X: '/x.so', SLUICE_REASON: 'x' },
      input: '0000',
    });
  t.match((await run('version=2')).stdout, /^000eversion 2\n/);
  t.match((await run('version=1:agent=x')).stdout, /^000eversion 1\n/);
  t.notMatch((await run('version=2;id')).stdout, 'version 2');
});

void t.test(
  'a repository the host does not have is told in words of ours, the host’s are in the log',
  async (t) => {
    const { git, address, entriesOf } = await overSsh.reach(t, 'fetch', 'app');
    const { code, stderr } = await git.run(['clone', address('app')]);
    t.equal(code, 128);
    t.match(stderr, 'fatal: remote error: sluice: the git host does not open hub/app');
    t.notMatch(stderr, 'does not appear to be a git repository');
    t.match(await entriesOf('operation.ended'), [
      { outcome: 'upstream-failed', reason: 'upstream-said-nothing' },
    ]);
  },
);

void t.test('what the host refuses is shown as its own words', async (t) => {
  const { host, git, address, entriesOf } = await overSsh.reach(t, 'push', 'app');
  await makeAppRepository(host.directory);
  await writeFile(
    `${host.directory}/app.git/hooks/pre-receive`,
    '#!/bin/sh\necho "no pushes on Saturdays" >&2\nexit 1\n',
    { mode: 0o755 },
  );
  await git.must(['clone', '-q', address('app'), 'app']);
  const { code, stderr } = await git.run(['push', 'origin', 'HEAD:refs/heads/new'], {
    cwd: `${git.directory}/app`,
  });
  t.equal(code, 1);
  t.match(stderr, 'remote: no pushes on Saturdays');
  t.match(stderr, '! [remote rejected] HEAD -> new (pre-receive hook declined)');
  t.match((await entriesOf('push.settled')).at(-1), { updates: [{ outcome: 'refused' }] });
});

void t.test('a host that has SSH alone says so at the HTTPS door', async (t) => {
  const { host, node, git, grant, address } = await overSsh.reach(t, 'fetch', 'app', { hostUrl: '' });
  await makeAppRepository(host.directory);
  const { principal, secret } = await node.person({ subject: 'other' });
  await node.grant(principal, { scope: grant.scope });
  const { code, stderr } = await git.run(['clone', node.address(secret, 'app.git')]);
  t.equal(code, 128);
  t.match(stderr, 'fatal: remote error: sluice: hub/app is served over SSH alone; nothing was changed');
  t.match(await git.run(['clone', address('app')]), { code: 0 });
});
