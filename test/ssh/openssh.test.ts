import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { lockOut } from '../../gateway/identity/endings.ts';
import { scopeOf } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import type { Running } from '../servers/git.ts';
import { aLock, anEvent } from '../store/samples.ts';
import { copySlowRepository } from './slow-repository.ts';
import { gitSsh, type OverOpenSsh, openSshWays } from './ways.ts';

/** Waits until a file holds so many matches. */
async function holds(file: string, pattern: RegExp, count: number): Promise<void> {
  const held = async () => (await readFile(file, 'utf8').catch(() => '')).match(pattern)?.length ?? 0;
  while ((await held()) < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Stops or wakes those of a git's programs that write the pack, so that ssh goes on but is not read. */
async function signalReaders({ child }: Running, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const of = async (pid: number): Promise<void> => {
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    if (name === 'ssh') return;
    process.kill(pid, signal);
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const each of children.split(' ').filter(Boolean)) await of(Number(each));
  };
  await of(child.pid ?? 0);
}

/** A connection that stays, and what makes others run over it. */
async function aMaster(t: Test, { ssh }: OverOpenSsh): Promise<{ options: string[]; master: ChildProcess }> {
  const options = ['-o', `ControlPath=${join(ssh.directory, 'control')}`];
  const master = spawn('ssh', [...ssh.options, ...options, '-MN', 'git@127.0.0.1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: ssh.directory },
  });
  t.teardown(() => master.kill());
  while ((await ssh.run(undefined, [...options, '-O', 'check'])).code !== 0);
  return { options, master };
}

for (const way of openSshWays) {
  for (const version of ['0', '1', '2'])
    void t.test(
      `${way.name}, protocol v${version}: clone, fetch, push, tags and delete, while the connection rekeys`,
      async (t) => {
        const { node, ssh, principal, git, repositories, address, faults, entriesOf } = await way.reach(
          t,
          'push',
          'app',
        );
        await makeAppRepository(repositories);
        const host = `${repositories}/app.git`;
        const log = join(ssh.directory, 'log');
        const env = gitSsh(ssh, '-o', 'RekeyLimit=1M', '-v', '-E', log);
        const run = (...args: readonly string[]) =>
          git.must(['-c', `protocol.version=${version}`, ...args], { env });
        await run('clone', '-q', '--depth=1', address('app'), 'app');
        const inApp = (...args: readonly string[]) => run('-C', 'app', ...args);
        await inApp('fetch', '-q', '--unshallow');
        await writeFile(`${git.directory}/app/big`, randomBytes(3_000_000));
        await inApp('add', '.');
        await inApp('commit', '-q', '-m', 'big');
        await inApp('tag', 'v9');
        await inApp('push', '-q', 'origin', 'HEAD:refs/heads/big', 'v9');
        t.ok(((await readFile(log, 'utf8')).match(/rekey|SSH2_MSG_NEWKEYS sent/g)?.length ?? 0) > 3);
        await inApp('push', '-q', 'origin', 'HEAD:refs/heads/big', 'v9');
        await run('clone', '-q', '--bare', '-b', 'big', address('app'), 'again.git');
        await inApp('push', '-q', 'origin', ':refs/heads/big');
        t.equal(await inApp('ls-remote', 'origin'), await git.must(['ls-remote', host]));
        t.match(await inApp('ls-remote', 'origin'), 'refs/tags/v9');
        await git.must(['fsck', '--no-dangling'], { cwd: host });
        t.strictSame(faults(), []);
        const ended = await entriesOf('operation.ended');
        t.ok(
          ended.every((entry) => 'outcome' in entry && /^(completed|advertised)$/.test(entry.outcome)),
          'every operation ended well',
        );
        t.match(
          (await node.entries()).find(({ type }) => type === 'operation.started'),
          { door: 'ssh', principalId: principal.id, protocol: Number(version), client: /^OpenSSH/ },
        );
      },
    );

  void t.test(`${way.name}: a clone that is paused keeps its connection alive, and goes on`, async (t) => {
    const { ssh, git, repositories, address, faults } = await way.reach(t, 'fetch', 'slow');
    await copySlowRepository(repositories);
    const log = join(ssh.directory, 'log');
    const keepalive = ['ServerAliveInterval=1', 'ServerAliveCountMax=1'].flatMap((option) => ['-o', option]);
    const clone = git.start(['clone', '-q', address('slow')], {
      env: gitSsh(ssh, ...keepalive, '-vvv', '-E', log),
    });
    await holds(log, /Sending command/g, 1);
    await signalReaders(clone, 'SIGSTOP');
    // Its own requests, each answered (RFC 4254 section 4).
    await holds(log, /receive packet: type 8[12]/g, 3);
    await signalReaders(clone, 'SIGCONT');
    t.match(await clone.finished, { code: 0 });
    t.strictSame(faults(), []);
  });

  void t.test(
    `${way.name}: each channel of a connection that stays is judged by the locks of its moment, and by who has left`,
    async (t) => {
      const reached = await way.reach(t, 'fetch', 'app');
      const { at, ssh, node, git, principal, repositories, address, faults } = reached;
      await makeAppRepository(repositories);
      const { options, master } = await aMaster(t, reached);
      const lists = () => git.run(['ls-remote', address('app')], { env: gitSsh(ssh, ...options) });
      t.match(await lists(), { code: 0 });
      const lock = aLock(await node.store.now(), {
        on: { kind: 'principal', principalId: principal.id },
        reason: 'laptop lost',
      });
      await node.store.lock(lock, anEvent('lock.made'));
      t.match(await lists(), { code: 128, stdout: '', stderr: /^fatal: remote error: sluice: .*locked/ });
      await node.store.lift(lock.id, anEvent('lock.lifted'));
      t.match(await lists(), { code: 0 });
      const { store, settle } = node;
      const settleInForce = async () => true;
      await lockOut(
        { store, settle, settleInForce, newLockId: () => 'L-LEFT', endWithSignIn: () => [] },
        principal,
        { by: 'hook', reason: 'left' },
      );
      t.match(await lists(), {
        code: 128,
        stdout: '',
        stderr: /^fatal: remote error: sluice: your key .* is not registered/,
      });
      t.equal(master.exitCode, null);
      t.equal(at.door.size, 1, 'all of it was one connection');
      t.strictSame(faults(), []);
    },
  );

  for (const paused of [false, true])
    void t.test(
      `${way.name}: of clones on one connection the one that is revoked ends${paused ? ', though nobody reads it,' : ''} and the other goes on`,
      async (t) => {
        const reached = await way.reach(t, 'fetch', 'slow', { slowBytesPerSecond: 3_000_000 });
        const { at, ssh, node, git, grant, principal, repositories, address, faults } = reached;
        await copySlowRepository(repositories);
        await copySlowRepository(repositories, 'other');
        await node.grant(principal, { scope: scopeOf('other', 'fetch') });
        const { options, master } = await aMaster(t, reached);
        const env = gitSsh(ssh, ...options);
        const clone = git.start(['clone', '-q', address('slow'), 'cut'], { env });
        await moved(node, 'bytesDown', 100_000);
        if (paused) {
          await signalReaders(clone, 'SIGSTOP');
          // The client's window of 2 MB is shut, and what lies behind it waits.
          await moved(node, 'bytesDown', 2_200_000);
        }
        const waiting = git.start(['-c', 'protocol.version=2', 'ls-remote', address('other')], { env });
        t.match(await waiting.finished, { code: 0 });
        // A command that runs on the same connection meanwhile: git asks nothing until it is told to.
        const beside = spawn(
          'ssh',
          [...options, ...ssh.options, 'git@127.0.0.1', "git-upload-pack '/hub/other.git'"],
          { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH, HOME: ssh.directory } },
        );
        t.teardown(() => beside.kill());
        const closed = new Promise((resolve) => beside.once('close', resolve));
        await new Promise((resolve) => beside.stdout.once('data', resolve));
        await node.revoke(grant.id, 'laptop lost');
        if (paused) {
          while (node.git.book.live().length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
          await signalReaders(clone, 'SIGCONT');
        }
        const { code, stderr } = await clone.finished;
        t.equal(code, 128);
        if (!paused) t.match(stderr, `remote: sluice: grant ${grant.id} was revoked`);
        beside.stdin.end('0000');
        t.equal(await closed, 0, 'what ran beside it ends well');
        t.match(await git.run(['ls-remote', address('other')], { env }), { code: 0 });
        t.equal(master.exitCode, null);
        t.equal(at.door.size, 1, 'all of it was one connection');
        t.strictSame(faults(), []);
      },
    );
}
