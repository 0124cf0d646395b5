import t, { type Test } from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import type { Principal } from '../../gateway/store/records.ts';
import { type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import { type GitClient, gitClient } from '../servers/git.ts';
import { anSshNode, type SshNode } from './ssh-node.ts';

interface Person {
  readonly ssh: SshNode;
  readonly dev: Principal;
  readonly git: GitClient;
  address(name: string): string;
}

/** A person with the real git and ssh, whose key is registered at a node in front of a host with `app`. */
async function aPersonAtTheDoor(t: Test, options: GitNodeOptions = {}): Promise<Person> {
  const ssh = await anSshNode(t, options);
  await makeAppRepository(ssh.node.directory);
  const dev = await ssh.principal();
  const { file } = await ssh.key('laptop', dev);
  const client = await ssh.client([file]);
  const git = await gitClient(t, { env: { GIT_SSH_COMMAND: ['ssh', ...client.options].join(' ') } });
  return { ssh, dev, git, address: (name) => `ssh://git@127.0.0.1:${ssh.door.port}/hub/${name}` };
}

void t.test('without a grant git says why, and how to ask', async (t) => {
  const { ssh, dev, git, address } = await aPersonAtTheDoor(t);
  const refused = await git.run(['clone', '-q', address('app.git'), 'app']);
  t.equal(refused.code, 128);
  t.match(refused.stderr, 'fatal: remote error: sluice: no live grant to fetch hub/app');
  t.match(refused.stderr, 'ask: https://gw.test/ask/hub/app?right=fetch');
  const other = await git.run(['clone', '-q', address('other.git'), 'other']);
  t.match(other.stderr, 'fatal: remote error: sluice: ');
  const entries = (await ssh.node.entries()).filter(({ type }) => type === 'operation.refused');
  t.match(entries, [{ door: 'ssh', principalId: dev.id, reason: 'no-grant' }, { door: 'ssh' }]);
});

void t.test('a key that is revoked ends the clone that runs under it', async (t) => {
  const { ssh, dev, git, address } = await aPersonAtTheDoor(t, { host: { bytesPerSecond: { app: 1_000 } } });
  await ssh.node.grant(dev, { scope: scopeOf('app', 'fetch') });
  const clone = git.start(['clone', '-q', address('app.git'), 'app']);
  const { store } = ssh.node;
  while ((await store.operations()).operations.length === 0) await new Promise((done) => setImmediate(done));
  const [credential] = await store.credentialsOf(dev.id);
  await store.revokeCredential(dev.id, credential?.id ?? '', { type: 'credential.revoked', body: {} });
  const { code, stderr } = await clone.finished;
  t.not(code, 0);
  t.match(stderr, 'sluice: ');
  t.match(
    (await ssh.node.entries()).find(({ type }) => type === 'operation.ended'),
    { outcome: 'cut' },
  );
});
