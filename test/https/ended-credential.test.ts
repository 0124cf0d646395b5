import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import type { CredentialEndWhy, Principal } from '../../gateway/store/records.ts';
import { gitClient } from '../servers/git.ts';
import { recorded } from '../store/recorded.ts';
import { anEvent } from '../store/samples.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';
import { moved } from './moved.ts';

t.setTimeout(230_000);

async function endCredential(node: GitNode, { id }: Principal, why: Exclude<CredentialEndWhy, 'gone'>) {
  const [credential] = await node.store.credentialsOf(id);
  const event = anEvent('credential.revoked');
  await recorded(node.store, await node.store.revokeCredential(id, credential?.id ?? '', event, why));
}

const texts: readonly [Exclude<CredentialEndWhy, 'gone'>, RegExp, RegExp][] = [
  [
    'revoked',
    /remote: sluice: the credential of this transfer was revoked at \d\d:\d\d UTC/,
    /remote: make a new credential: https:\/\/gw\.test\/credentials/,
  ],
  [
    'provider-logout',
    /remote: sluice: your sign-in was ended by the identity provider at \d\d:\d\d UTC/,
    /remote: sign in again: https:\/\/gw\.test\/login/,
  ],
];

for (const [why, what, next] of texts) {
  void t.test(`a clone whose credential is ended (${why}) ends with the reason (case J6)`, async (t) => {
    const node = await aGitNode(t, { host: { bytesPerSecond: { slow: 400_000 } } });
    await makeSlowRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
    const git = await gitClient(t);

    const clone = git.start(['clone', node.address(secret, 'slow.git')]);
    await moved(node, 'bytesDown', 100_000);
    const before = Date.now();
    await endCredential(node, principal, why);
    const { code, stderr } = await clone.finished;

    t.equal(code, 128);
    t.match(stderr, what);
    t.match(stderr, next);
    t.ok(Date.now() - before < 1_500, 'git was gone within a second and a half');
    t.match(
      (await node.entries()).filter(({ type }) => type === 'operation.ended'),
      [{ outcome: 'cut', reason: 'credential-ended', detail: why }],
    );
  });
}

void t.test('a push whose credential is revoked changes no ref, and reads why (case J6)', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['clone', node.address(secret, 'app.git'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  const before = await git.must(['ls-remote', `${node.directory}/app.git`]);

  for (let i = 0; i < 3; i += 1) await writeFile(`${inApp.cwd}/big${i}`, randomBytes(8 * 1024 * 1024));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'big'], inApp);
  const push = git.start(['push', 'origin', 'HEAD:refs/heads/big'], inApp);
  await moved(node, 'bytesUp', 2_000_000);
  await endCredential(node, principal, 'revoked');
  const { code, stderr } = await push.finished;

  t.equal(code, 1);
  t.match(stderr, '! [remote rejected] HEAD -> big (the credential was revoked)');
  t.equal(await git.must(['ls-remote', `${node.directory}/app.git`]), before);
});
