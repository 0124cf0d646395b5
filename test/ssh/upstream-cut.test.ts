import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { moved } from '../https/moved.ts';
import { copySlowRepository } from './slow-repository.ts';
import { aPusher, overSsh } from './ways.ts';

void t.test('a clone at full speed that is revoked in the middle reads why', async (t) => {
  const { host, node, git, grant, address } = await overSsh.reach(t, 'fetch', 'slow');
  await copySlowRepository(host.directory);
  const clone = git.start(['clone', address('slow')]);
  await moved(node, 'bytesDown', 1_000_000);
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} was revoked by .*: "laptop lost"`));
});

void t.test('a host that dies inside a clone ends that clone alone', async (t) => {
  const { host, node, git, address, at, entriesOf } = await overSsh.reach(t, 'fetch', 'slow', {
    slowBytesPerSecond: 1_000_000,
  });
  await copySlowRepository(host.directory);
  const clone = git.start(['clone', address('slow')]);
  await moved(node, 'bytesDown', 1_000_000);
  host.kill();
  const { code, stderr } = await clone.finished;
  t.equal(code, 128);
  t.match(stderr, 'remote: sluice: the git host behind hub cannot be reached');
  const again = await git.run(['ls-remote', address('slow')]);
  t.match([again.code, again.stderr], [128, /sluice: the git host behind hub cannot be reached/]);
  t.strictSame(at.faults, []);
  t.match(await entriesOf('operation.ended'), [
    { outcome: 'upstream-failed', reason: 'upstream-broke-off' },
    { outcome: 'upstream-failed', reason: 'upstream-unreachable' },
  ]);
});

void t.test('a host whose command dies behind the gate is asked what became of the push', async (t) => {
  const { host, refs, push, entriesOf } = await aPusher(t, overSsh, 300);
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
