import { readFile, rm, writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { credentialsAtMost } from '../../gateway/identity/issue-credential.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import type { UserAuthorities } from '../../gateway/ssh/user-authorities.ts';
import type { Principal } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent, aPerson } from '../store/samples.ts';
import { someAuthorities } from './authorities.ts';
import { makeKey } from './openssh.ts';
import { type SshNode, withSshDoor } from './ssh-node.ts';

/** The issuer of a node's configuration. */
const issuer = 'https://login.test';

/** A node that trusts an organisation's authority, and somebody who has signed in there. */
async function aCertifiedNode(t: Ending) {
  const made = await someAuthorities(t);
  const ssh = await withSshDoor(t, await aGitNode(t, { userAuthorities: made.authorities }));
  const ana = await ssh.node.store.enrol(aPerson({ issuer, subject: 'ana' }), 'P-ANA');
  const file = `${made.directory}/id`;
  await makeKey(file);
  return { ...made, ...ssh, ana, file };
}

/** `ssh GATEWAY` with the certificate beside the key. */
const greet = async (ssh: Pick<SshNode, 'client'>, file: string, command?: string) =>
  await (await ssh.client([file])).run(command);

void t.test(
  'who comes with a certificate of the organisation is its subject, once they have signed in',
  async (t) => {
    const { sign, file, ana, node, ...ssh } = await aCertifiedNode(t);
    await makeAppRepository(node.directory);
    await sign(file, '-I', 'ana@laptop', '-n', 'ana', '-V', '+1h', '-z', '17');
    const first = await greet(ssh, file);
    t.equal(first.code, 0, first.stderr);
    t.match(first.stdout, 'you have no live grant');
    t.equal((await greet(ssh, file)).code, 0, 'and so again');

    await node.grant(ana, { scope: scopeOf('app', 'fetch') });
    const fetched = await greet(ssh, file, "git-upload-pack 'hub/app.git'");
    t.match(fetched.stdout, 'refs/heads/main');
    const issued = (await node.entries()).filter(({ type }) => type === 'credential.issued');
    t.match(issued, [
      {
        principalId: ana.id,
        kind: 'ssh',
        certificate: { serial: '17', keyId: 'ana@laptop', authority: /^SHA256:/ },
      },
    ]);
  },
);

void t.test('a certificate never counts as the key inside it, nor the key as its certificate', async (t) => {
  const { sign, file, register, ana, ...ssh } = await aCertifiedNode(t);
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h');
  t.equal((await greet(ssh, file)).code, 0);
  await rm(`${file}-cert.pub`);
  t.equal((await greet(ssh, file)).code, 1, 'the bare key is nobody’s');

  await register(ana, await readFile(`${file}.pub`, 'utf8'));
  t.equal((await greet(ssh, file)).code, 0, 'until it is registered');
});

const refused: readonly (readonly [what: string, why: string, args: readonly string[]])[] = [
  ['has expired', 'expired', ['-n', 'ana', '-V', '20200101:20200102']],
  ['is not valid yet', 'not-yet-valid', ['-n', 'ana', '-V', '20400101:20400102']],
  ['lasts longer than any credential may', 'lasts-too-long', ['-n', 'ana', '-V', '+3650d']],
  ['never ends', 'lasts-too-long', ['-n', 'ana']],
  ['names nobody', 'no-principals', ['-V', '+1h']],
  ['names somebody who never signed in', 'nobody', ['-n', 'bob', '-V', '+1h']],
  ['names two who have', 'ambiguous', ['-n', 'ana,cleo', '-V', '+1h']],
  [
    'is for another address',
    'other-address',
    ['-n', 'ana', '-V', '+1h', '-O', 'source-address=192.0.2.0/24'],
  ],
  [
    'holds an option that nobody knows',
    'unknown-critical-option',
    ['-n', 'ana', '-V', '+1h', '-O', 'critical:x@example.com=1'],
  ],
  ['is a host’s', 'not-a-user-certificate', ['-h', '-n', 'ana', '-V', '+1h']],
];

for (const [what, why, args] of refused)
  void t.test(`a certificate that ${what} lets nobody in, and that is on record`, async (t) => {
    const { sign, file, node, ...ssh } = await aCertifiedNode(t);
    await node.store.enrol(aPerson({ issuer, subject: 'cleo' }), 'P-CLEO');
    await sign(file, '-I', 'x', ...args);
    const client = await ssh.client([file]);
    // OpenSSH leaves out what it sees to be of no use; told so, it offers the certificate all the same.
    const { code } = await client.run(undefined, ['-o', `CertificateFile=${file}-cert.pub`]);
    t.not(code, 0);
    if (why !== 'not-a-user-certificate')
      t.ok(node.knocks.includes(`ssh-certificate-${why}`), node.knocks.join());
    t.strictSame(await node.store.credentialsOf('P-ANA'), []);
  });

void t.test('a foreign authority’s certificate is nothing', async (t) => {
  const { file, node, ...ssh } = await aCertifiedNode(t);
  const other = await someAuthorities(t);
  await other.sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h');
  t.not((await greet(ssh, file)).code, 0);
  t.ok(node.knocks.includes('ssh-certificate-unknown-authority'));
});

void t.test('what the organisation takes back is taken back, while the gateway runs', async (t) => {
  const { sign, file, node, revokedFile, ...ssh } = await aCertifiedNode(t);
  await sign(file, '-I', 'ana@laptop', '-n', 'ana', '-V', '+1h', '-z', '17');
  t.equal((await greet(ssh, file)).code, 0);
  for (const line of ['serial: 17', 'serial: 10-20', 'id: ana@laptop']) {
    await writeFile(revokedFile, `${line}\n`);
    t.not((await greet(ssh, file)).code, 0, line);
  }
  await writeFile(revokedFile, 'serial: 18\nid: ana\n');
  t.equal((await greet(ssh, file)).code, 0, 'others are');

  await writeFile(revokedFile, 'serials: 17\n');
  t.not((await greet(ssh, file)).code, 0, 'a list nobody can read lets nobody in');
  t.match(node.troubles.join(), /has in line 1 no serial/);
});

void t.test('one that its owner ended does not come back', async (t) => {
  const { sign, file, node, ana, ...ssh } = await aCertifiedNode(t);
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h');
  t.equal((await greet(ssh, file)).code, 0);
  const [credential] = await node.store.credentialsOf(ana.id);
  const revoked = anEvent('credential.revoked', { credentialId: credential?.id });
  await recorded(node.store, await node.store.revokeCredential(ana.id, String(credential?.id), revoked));
  t.not((await greet(ssh, file)).code, 0);
  t.ok(node.knocks.includes('ssh-certificate-ended'));
});

void t.test('who has as many credentials as one may gets none by a certificate', async (t) => {
  const { sign, file, node, ana, ...ssh } = await aCertifiedNode(t);
  const { store } = node;
  for (let count = 0; count < credentialsAtMost; count += 1) {
    const one = aCredential(await store.now(), {
      id: `C-${count}`,
      principalId: ana.id,
      hash: String(count).padStart(64, '0'),
    });
    await recorded(store, await store.issueCredential(one, anEvent('credential.issued')));
  }
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h', '-z', '1');
  t.not((await greet(ssh, file)).code, 0);
  t.ok(node.knocks.includes('ssh-certificate-too-many-credentials'), node.knocks.join());
  t.equal((await store.credentialsOf(ana.id)).length, credentialsAtMost);
});

void t.test('a certificate may fence its holder to a command of ours', async (t) => {
  const { sign, file, node, ana, ...ssh } = await aCertifiedNode(t);
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h', '-O', 'force-command=grants --json');
  const { id } = await node.grant(ana, { scope: scopeOf('app', 'fetch') });
  for (const asked of ['help', `revoke ${id} --reason x`, "git-upload-pack 'hub/app.git'", undefined]) {
    const { code, stdout } = await greet(ssh, file, asked);
    t.equal(code, 0);
    t.match(JSON.parse(stdout), { grants: [{ id }] });
  }
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h', '-O', 'force-command=sh -i');
  t.not((await greet(ssh, file, 'grants')).code, 0, 'what is not served is not served by force');
});

void t.test('a certificate with a command is good for that command alone', async (t) => {
  const { sign, file, node, ana, ...ssh } = await aCertifiedNode(t);
  await makeAppRepository(node.directory);
  await node.grant(ana, { scope: scopeOf('app', 'fetch') });
  await sign(file, '-I', 'x', '-n', 'ana', '-V', '+1h', '-O', "force-command=git-upload-pack 'hub/app.git'");
  t.match((await greet(ssh, file, 'grants')).stdout, 'refs/heads/main', 'whatever is asked');
  t.match((await greet(ssh, file)).stdout, 'refs/heads/main');
});

/** Signs with the gateway's own authority, as its API does. */
async function signedHere(
  { authorities, store }: { readonly authorities: UserAuthorities; readonly store: Store },
  owner: Principal,
  line: string,
  named: readonly string[],
) {
  const { own } = authorities;
  if (own === undefined) throw new Error('there is no authority');
  const now = Math.floor(Date.now() / 1_000);
  const signed = signUserCertificate(
    {
      key: parsePublicKeyLine(line).key,
      serial: 1n,
      keyId: 'x',
      principals: named,
      validAfter: now - 60,
      validBefore: now + 600,
    },
    own.key,
  );
  const credential = aCredential(Date.now(), {
    principalId: owner.id,
    kind: 'ssh',
    hash: hashKey(signed.blob),
    shown: 'x',
  });
  await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
  return { ...signed, credential };
}

void t.test(
  'the gateway’s own certificate is good while its credential is there, for its owner',
  async (t) => {
    const { authorities, file, node, ana, ...ssh } = await aCertifiedNode(t);
    const line = await readFile(`${file}.pub`, 'utf8');
    const { store } = node;
    const good = await signedHere({ authorities, store }, ana, line, [ana.id]);
    await writeFile(`${file}-cert.pub`, `${good.line}\n`);
    t.equal((await greet(ssh, file)).code, 0);
    const revoked = anEvent('credential.revoked', { credentialId: good.credential.id });
    await recorded(store, await store.revokeCredential(ana.id, good.credential.id, revoked));
    t.not((await greet(ssh, file)).code, 0);

    const others = await signedHere({ authorities, store }, ana, line, ['P-SOMEBODY-ELSE']);
    await writeFile(`${file}-cert.pub`, `${others.line}\n`);
    t.not((await greet(ssh, file)).code, 0, 'a name that is not its owner’s');
  },
);
