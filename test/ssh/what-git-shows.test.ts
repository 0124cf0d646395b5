import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { scopeOf } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import { copySlowRepository } from './slow-repository.ts';
import { aPusher, gitSsh, type OverOpenSsh, openSshWays, ways } from './ways.ts';

t.setTimeout(300_000);

const versions = ['0', '2'] as const;

/** What makes git come by an ssh that is never given what git says: the host's advertisement comes, and nothing is asked. */
async function mutedSsh({ git, ssh }: Pick<OverOpenSsh, 'git' | 'ssh'>) {
  const file = `${git.directory}/muted-ssh`;
  const { GIT_SSH_COMMAND } = gitSsh(ssh);
  await promisify(execFile)('mkfifo', [`${file}.in`]);
  // Opened for both by its reader, the fifo neither ends nor says anything. What git writes is taken, so that no signal ends it before it reads.
  const script = `#!/bin/sh\n${GIT_SSH_COMMAND} "$@" <>'${file}.in'\nended=$?\ncat >/dev/null\nexit $ended\n`;
  await writeFile(file, script, { mode: 0o755 });
  return { GIT_SSH_COMMAND: `'${file}'`, GIT_SSH_VARIANT: 'ssh' };
}

/** What makes git come by an ssh whose words reach it only once `heardAll` is called: git is slower than the cut. */
async function lateSsh({ git, ssh }: Pick<OverOpenSsh, 'git' | 'ssh'>) {
  const file = `${git.directory}/late-ssh`;
  const { GIT_SSH_COMMAND } = gitSsh(ssh);
  const script = `#!/bin/sh\n${GIT_SSH_COMMAND} "$@" | tee '${file}.said' | { cat '${file}.go' >/dev/null; exec cat; }\n`;
  await promisify(execFile)('mkfifo', [`${file}.go`]);
  await writeFile(file, script, { mode: 0o755 });
  return {
    env: { GIT_SSH_COMMAND: `'${file}'`, GIT_SSH_VARIANT: 'ssh' },
    async saidTo(text: string) {
      while (!(await readFile(`${file}.said`, 'latin1').catch(() => '')).includes(text)) await delay(10);
    },
    heardAll: () => writeFile(`${file}.go`, ''),
  };
}

for (const way of openSshWays)
  for (const version of versions) {
    const speaking = ['-c', `protocol.version=${version}`];

    void t.test(
      `${way.name}, protocol v${version}: a refusal shows its lines and nothing else`,
      async (t) => {
        const { node, git, grant, address, repositories, faults } = await way.reach(t, 'push', 'app');
        await makeAppRepository(repositories);
        await git.must(['clone', '-q', address('app'), 'app']);
        await node.revoke(grant.id, 'over');
        const inApp = { cwd: `${git.directory}/app` };
        for (const [args, right] of [
          [['fetch', '-q'], 'fetch'],
          [['push', '-q', 'origin', 'HEAD:refs/heads/x'], 'push'],
        ] as const) {
          const { code, stderr } = await git.run([...speaking, ...args], inApp);
          t.equal(code, 128);
          const lines = stderr.trimEnd().split('\n');
          t.match(lines[0], new RegExp(`^fatal: remote error: sluice: grant ${grant.id} was revoked`));
          t.ok(
            lines.slice(1).every((line) => /^(ask|or|once)\b.*: /.test(line)),
            stderr,
          );
          t.ok(
            lines.some((line) => line.includes(`/ask/hub/app?right=${right}`)),
            stderr,
          );
        }
        t.strictSame(faults(), []);
      },
    );

    void t.test(
      `${way.name}, protocol v${version}: a clone cut before it asks, and that asks late, reads why`,
      async (t) => {
        const reached = await way.reach(t, 'fetch', 'app');
        const { node, git, grant, address, repositories } = reached;
        await makeAppRepository(repositories);
        const { env, saidTo, heardAll } = await lateSsh(reached);
        const clone = git.start([...speaking, 'clone', '-q', address('app'), 'app'], { env });
        await moved(node, 'bytesDown', 0);
        await node.revoke(grant.id, 'laptop lost');
        await saidTo('laptop lost');
        await heardAll();
        const { code, stderr } = await clone.finished;
        t.equal(code, 128, stderr);
        t.match(stderr, new RegExp(`^fatal: remote error: sluice: grant ${grant.id} was revoked`));
      },
    );

    void t.test(
      `${way.name}, protocol v${version}: a clone cut before its pack reads why as a remote error`,
      async (t) => {
        const reached = await way.reach(t, 'fetch', 'app');
        const { node, git, grant, address, repositories, entriesOf } = reached;
        await makeAppRepository(repositories);
        const env = await mutedSsh(reached);
        const clone = git.start([...speaking, 'clone', '-q', address('app'), 'app'], { env });
        await moved(node, 'bytesDown', 0);
        await node.revoke(grant.id, 'laptop lost');
        const { code, stderr } = await clone.finished;
        t.equal(code, 128);
        t.match(
          stderr,
          new RegExp(`^fatal: remote error: sluice: grant ${grant.id} was revoked by .*: "laptop lost"\n`),
        );
        t.notMatch(stderr, /early EOF|protocol error|bad band|unexpected|hung up/);
        t.match(await entriesOf('operation.ended'), [
          { outcome: 'cut', reason: 'grant-ended', grantId: grant.id },
        ]);
      },
    );

    void t.test(
      `${way.name}, protocol v${version}: a clone is told a minute before its end, quiet or not, and goes on`,
      async (t) => {
        const { node, git, principal, address, repositories, faults } = await way.reach(t, 'fetch', 'app', {
          slowBytesPerSecond: 4_000_000,
        });
        await copySlowRepository(repositories);
        await node.grant(principal, { scope: scopeOf('slow', 'fetch'), endsAt: Date.now() + 62_000 });
        const clones = [['-q'], ['--progress']].map(async (options, at) => {
          const { code, stderr } = await git.run([
            ...speaking,
            'clone',
            ...options,
            address('slow'),
            `slow-${at}`,
          ]);
          t.equal(code, 0, stderr);
          t.match(stderr, /^remote: sluice: your access to hub\/slow ends at .*$/m, 'on a line of its own');
          await git.must(['-C', `slow-${at}`, 'fsck']);
        });
        await Promise.all(clones);
        t.strictSame(faults(), []);
      },
    );
  }

for (const way of ways) {
  void t.test(`${way.name}: a clone whose grant runs out is cut at its end`, async (t) => {
    const { node, git, principal, address, repositories } = await way.reach(t, 'fetch', 'app', {
      slowBytesPerSecond: 400_000,
    });
    await copySlowRepository(repositories);
    const endsAt = Date.now() + 2_500;
    const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch'), endsAt });
    const { code, stderr } = await git.run(['clone', address('slow')]);
    const late = Date.now() - endsAt;
    t.equal(code, 128);
    t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} ended at`));
    t.ok(late >= 0 && late < 1_000, `git was gone ${late} ms after the end`);
  });

  void t.test(`${way.name}: a push revoked while its hook runs is refused behind the hook`, async (t) => {
    const served = await aPusher(t, way, 300);
    const { node, git, grant, refs } = served;
    const hooks = `${git.directory}/app/.git/hooks`;
    const fifo = `${git.directory}/go`;
    await mkdir(hooks, { recursive: true });
    await writeFile(`${hooks}/pre-push`, `#!/bin/sh\necho hooked >&2\nread go < '${fifo}'\n`, {
      mode: 0o755,
    });
    await promisify(execFile)('mkfifo', [fifo]);
    const before = await refs();
    const push = served.push();
    await push.stderrHas(/hooked/);
    await node.revoke(grant.id, 'laptop lost');
    await writeFile(fifo, 'on\n');
    const { code, stderr } = await push.finished;
    t.equal(code, 1);
    t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
    t.match(stderr, `! [remote rejected] HEAD -> new (grant ${grant.id} was revoked)`);
    t.equal(await refs(), before);
  });
}
