import { spawn } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { scopeOf } from '../https/git-node.ts';
import { makeKey } from './openssh.ts';
import { anSshNode } from './ssh-node.ts';

void t.test('without a command a person reads who they are and what they may do now', async (t) => {
  const { node, principal, key, client } = await anSshNode(t);
  const dev = await principal();
  const { file, line } = await key('laptop', dev);
  const ssh = await client([file]);
  const before = await ssh.run(undefined);
  t.equal(before.code, 0, before.stderr);
  t.match(before.stdout, `sluice: you are ${dev.name}`);
  t.match(before.stdout, parsePublicKeyLine(line).fingerprint);
  t.match(before.stdout, 'you have no live grant');

  const { id } = await node.grant(dev, { scope: scopeOf('app', 'fetch') });
  const after = await ssh.run(undefined);
  t.equal(after.code, 0);
  t.match(after.stdout, new RegExp(`fetch hub/app until .*\\(${id}\\)`));
  t.match((await ssh.run('help')).stdout, 'There is no shell here');
});

void t.test(
  'without a terminal whoever is not known is nobody, and reads which key they showed, in git’s words too',
  async (t) => {
    const { door, node, key, client, faults } = await anSshNode(t);
    const [first, second] = [await key('first'), await key('second')];
    const { fingerprint } = parsePublicKeyLine(first.line);
    for (const identities of [[first.file], [first.file, second.file]]) {
      const ssh = await client(identities);
      const git = await ssh.run("git-upload-pack 'hub/app.git'", ['-v'], { withoutTerminal: true });
      t.not(git.code, 0);
      t.match(git.stdout, /^[0-9a-f]{4}ERR sluice: /, git.stderr);
      t.match(git.stderr, 'partial success', 'the key is proven before the others are tried');
      t.notMatch(git.stderr, '/login/ssh/', 'no link is shown to whom it could not be asked');
      const plain = await ssh.run(undefined, [], { withoutTerminal: true });
      t.equal(plain.code, 1);
      t.match(plain.stderr, `your key ${fingerprint} is not registered here`);
      t.match(plain.stderr, `sign in with it once at a terminal: ssh -p ${door.port} gw.test\n`);
      t.match(plain.stderr, 'register it: https://gw.test/credentials');
      const batch = await ssh.run("git-upload-pack 'hub/app.git'");
      t.equal(batch.code, 255, 'a client that may not ask has nothing left to try');
      t.match(batch.stderr, `your key ${fingerprint} is not registered here`, 'and has read why before');
      t.match(batch.stderr, 'register it: https://gw.test/credentials');
    }
    const keyless = await (await client()).run(undefined, [], { withoutTerminal: true });
    t.match(keyless.stderr, 'your SSH client showed no key');
    t.strictSame(faults, []);
    t.strictSame(node.troubles, []);
  },
);

void t.test('the last of twelve keys in an agent is the one that is known', async (t) => {
  const { key, principal, client, node } = await anSshNode(t);
  const socket = join(node.directory, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => agent.kill());
  await new Promise((resolve) => agent.stdout.once('data', resolve));
  const dev = await principal();
  for (let at = 1; at <= 12; at += 1) {
    const { file } = await key(`key-${at}`, at === 12 ? dev : undefined);
    const add = spawn('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    t.equal(await new Promise((resolve) => add.once('close', resolve)), 0);
  }
  const ssh = await client();
  const run = await ssh.run(undefined, ['-o', 'IdentitiesOnly=no'], { env: { SSH_AUTH_SOCK: socket } });
  t.equal(run.code, 0, run.stderr);
  t.match(run.stdout, `sluice: you are ${dev.name}`);
  t.notMatch(run.stderr, 'sluice:', 'the others are passed over without a word');
});

void t.test('keys of every kind are verified, and RSA with SHA-512 alone', async (t) => {
  const { principal, register, client, node } = await anSshNode(t);
  const dev = await principal();
  const kinds: readonly (readonly [string, readonly string[], string])[] = [
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256'], 'ecdsa-sha2-nistp256'],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521'], 'ecdsa-sha2-nistp521'],
    ['rsa', ['-t', 'rsa', '-b', '2048'], 'rsa-sha2-512'],
    ['rsa', [], 'rsa-sha2-256'],
  ];
  for (const [name, make, algorithm] of kinds) {
    const file = join(node.directory, name);
    if (make.length > 0) await register(dev, await makeKey(file, make));
    const ssh = await client([file]);
    const run = await ssh.run('help', ['-v', '-o', `PubkeyAcceptedAlgorithms=${algorithm}`]);
    t.equal(run.code, 0, `${algorithm} ${run.stderr}`);
    t.match(run.stderr, /server-sig-algs=<ssh-ed25519,[^>]*nistp521,[^>]*rsa-sha2-512,rsa-sha2-256>/);
  }
  const old = await client([join(node.directory, 'rsa')]);
  t.equal(
    (await old.run('help', ['-o', 'PubkeyAcceptedAlgorithms=ssh-rsa'])).code,
    255,
    'SHA-1 is not taken',
  );
});

void t.test('a channel is judged by the store of its moment, on a connection that stays', async (t) => {
  const { principal, register, key, client, node } = await anSshNode(t);
  const dev = await principal();
  const { file, line } = await key('laptop');
  const credential = await register(dev, line);
  const ssh = await client([file]);
  const control = join(ssh.directory, 'control');
  const master = ['-o', `ControlPath=${control}`];
  const first = spawn('ssh', [...ssh.options, ...master, '-MN', 'git@127.0.0.1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: ssh.directory },
  });
  t.teardown(() => first.kill());
  for (;;) {
    const check = await ssh.run(undefined, [...master, '-O', 'check']);
    if (check.code === 0) break;
  }
  t.equal((await ssh.run(undefined, master)).code, 0);
  await node.store.revokeCredential(dev.id, credential.id, { type: 'credential.revoked', body: {} });
  const after = await ssh.run(undefined, master);
  t.equal(after.code, 1);
  t.match(after.stderr, 'is not registered here');
});
