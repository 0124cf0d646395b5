import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import type { GitNodeOptions } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import { aPersonOverSsh } from './over-ssh.ts';

const slowExec = fileURLToPath(new URL('../servers/slow-exec.mjs', import.meta.url));
const slow = (bytesPerSecond: number): readonly string[] => [
  'AcceptEnv GIT_PROTOCOL',
  `ForceCommand ${process.execPath} ${slowExec} ${bytesPerSecond}`,
];

for (const version of ['0', '2'])
  void t.test(`protocol v${version}: a clone revoked in the middle reads why`, async (t) => {
    const { host, node, git, grant, address, entriesOf } = await aPersonOverSsh(t, 'fetch', 'slow', {
      lines: slow(1_500_000),
    });
    await makeSlowRepository(host.directory);
    const clone = git.start(['-c', `protocol.version=${version}`, 'clone', address]);
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

void t.test('a clone at full speed that is revoked in the middle reads why', async (t) => {
  const { host, node, git, grant, address } = await aPersonOverSsh(t, 'fetch', 'slow');
  await makeSlowRepository(host.directory);
  const clone = git.start(['clone', address]);
  await moved(node, 'bytesDown', 1_000_000);
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} was revoked by .*: "laptop lost"`));
});

/** A clone of the host's `app` with so many bytes to push. */
async function aPusher(t: Test, bytes: number, options: GitNodeOptions = {}) {
  const served = await aPersonOverSsh(t, 'push', 'app', options);
  const { host, git, address } = served;
  await makeAppRepository(host.directory);
  await git.must(['clone', '-q', address, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/new`, randomBytes(bytes));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'new'], inApp);
  const bare = `${host.directory}/app.git`;
  return {
    ...served,
    bare,
    refs: () => git.must(['ls-remote', bare]),
    push: () => git.start(['push', 'origin', 'HEAD:refs/heads/new'], inApp),
  };
}

void t.test('a large push revoked on its way changes no ref, and leaves nothing behind', async (t) => {
  const { node, grant, bare, refs, push, entriesOf } = await aPusher(t, 64_000_000);
  const before = await refs();
  const running = push();
  await moved(node, 'bytesUp', 4_000_000);
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await running.finished;
  t.equal(code, 1);
  t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
  t.match(stderr, `! [remote rejected] HEAD -> new (grant ${grant.id} was revoked)`);
  t.equal(await refs(), before);
  t.match((await entriesOf('operation.ended')).at(-1), { outcome: 'cut', reason: 'grant-ended' });
  const leftovers = async (): Promise<readonly string[]> =>
    (await readdir(`${bare}/objects`)).filter((name) => name.startsWith('tmp_objdir'));
  while ((await leftovers()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  t.strictSame(await leftovers(), [], 'the host threw away what it had');
});

for (const [size, bytes] of [
  ['held whole', 300],
  ['sealed', 3_000_000],
] as const) {
  void t.test(`${size}: a grant revoked the moment before the gate changes nothing`, async (t) => {
    const served: Awaited<ReturnType<typeof aPusher>> = await aPusher(t, bytes, {
      between: (store) => ({
        ...store,
        async passGate(passage) {
          await served.node.revoke(served.grant.id, 'laptop lost');
          return store.passGate(passage);
        },
      }),
    });
    const before = await served.refs();
    const { code, stderr } = await served.push().finished;
    t.equal(code, 1);
    t.match(stderr, `! [remote rejected] HEAD -> new (grant ${served.grant.id} was revoked)`);
    t.equal(await served.refs(), before);
  });

  void t.test(`${size}: a grant revoked the moment behind the gate comes too late`, async (t) => {
    const served: Awaited<ReturnType<typeof aPusher>> = await aPusher(t, bytes, {
      between: (store) => ({
        ...store,
        async passGate(passage) {
          const answer = await store.passGate(passage);
          await served.node.revoke(served.grant.id, 'late');
          return answer;
        },
      }),
    });
    t.match(await served.push().finished, { code: 0 });
    t.match(await served.refs(), 'refs/heads/new');
  });
}

void t.test('a host that dies inside a clone ends that clone alone', async (t) => {
  const { host, node, git, address, faults, entriesOf } = await aPersonOverSsh(t, 'fetch', 'slow', {
    lines: slow(1_000_000),
  });
  await makeSlowRepository(host.directory);
  const clone = git.start(['clone', address]);
  await moved(node, 'bytesDown', 1_000_000);
  host.kill();
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, 'remote: sluice: the git host behind hub cannot be reached');
  const again = await git.run(['ls-remote', address]);
  t.match([again.code, again.stderr], [128, /sluice: the git host behind hub cannot be reached/]);
  t.strictSame(faults, []);
  t.match(await entriesOf('operation.ended'), [
    { outcome: 'upstream-failed', reason: 'upstream-broke-off' },
    { outcome: 'upstream-failed', reason: 'upstream-unreachable' },
  ]);
});

void t.test('a host whose command dies behind the gate is asked what became of the push', async (t) => {
  const { host, refs, push, entriesOf } = await aPusher(t, 300);
  await writeFile(
    `${host.directory}/app.git/hooks/reference-transaction`,
    '#!/bin/sh\ntest "$1" != committed || kill -9 $PPID\n',
    { mode: 0o755 },
  );
  const { code, stderr } = await push().finished;
  t.equal(code, 1);
  t.match(
    stderr,
    'remote: sluice: the git host behind hub has the whole push and did not say what became of it',
  );
  t.match(await refs(), 'refs/heads/new');
  while ((await entriesOf('push.settled')).length < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.match((await entriesOf('push.settled')).at(-1), {
    learnedBy: 'inquiry',
    updates: [{ outcome: 'applied' }],
  });
});
