import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { section } from '../git/feeding.ts';
import { killInMidClone } from '../https/killed-client.ts';
import { moved } from '../https/moved.ts';
import { copySlowRepository } from './slow-repository.ts';
import { type AtTheDoor, aPusher, onChannels, overBridge, overSsh, type Pusher, ways } from './ways.ts';

/**
 * What a repository holds of pushes that are not accepted. The folder itself may stay, empty: receive-pack clears it away while
 * the unpack-objects that it started may still write into it.
 */
async function quarantined(bare: string): Promise<readonly string[]> {
  const names = await readdir(`${bare}/objects`);
  const inside = names
    .filter((name) => name.startsWith('tmp_objdir'))
    // Gone between the two looks.
    .map(async (name) => await readdir(`${bare}/objects/${name}`).catch(() => []));
  return (await Promise.all(inside)).flat();
}

for (const way of ways) {
  for (const version of ['0', '2'])
    void t.test(
      `${way.name}, protocol v${version}: a revoked clone ends inside its pack with the reason at the prompt`,
      async (t) => {
        const { node, git, grant, address, repositories, entriesOf } = await way.reach(t, 'fetch', 'slow', {
          slowBytesPerSecond: 1_500_000,
        });
        await copySlowRepository(repositories);
        const clone = git.start(['-c', `protocol.version=${version}`, 'clone', address('slow')]);
        await moved(node, 'bytesDown', 3_000_000);
        const before = Date.now();
        await node.revoke(grant.id, 'laptop lost');
        const { code, stderr } = await clone.finished;
        t.equal(code, 128);
        t.match(stderr, new RegExp(`remote: sluice: grant ${grant.id} was revoked by .*: "laptop lost"`));
        t.match(stderr, 'remote: ask again: https://gw.test/ask/hub/slow?right=fetch');
        t.match(stderr, 'remote: access has ended');
        t.ok(Date.now() - before < 2_000, 'git was gone within two seconds');
        t.match(await entriesOf('operation.ended'), [
          { outcome: 'cut', reason: 'grant-ended', grantId: grant.id },
        ]);
      },
    );

  void t.test(`${way.name}: a client that is killed frees the host within two seconds`, async (t) => {
    const { node, git, address, repositories } = await way.reach(t, 'fetch', 'slow', {
      slowBytesPerSecond: 400_000,
    });
    await copySlowRepository(repositories);
    const clone = git.start(['clone', address('slow')]);
    await moved(node, 'bytesDown', 100_000);
    await killInMidClone(t, node, clone);
  });

  void t.test(
    `${way.name}: a large push that is revoked on its way ends at once, and changes no ref`,
    async (t) => {
      const { node, grant, bare, refs, push, entriesOf } = await aPusher(t, way, 64_000_000);
      const before = await refs();
      const running = push();
      await moved(node, 'bytesUp', 2_000_000);
      await node.revoke(grant.id, 'laptop lost');
      const { code, stderr } = await running.finished;
      t.equal(code, 1);
      t.match(stderr, /remote: sluice: grant .* was revoked by P-LEAD at .*: "laptop lost"/);
      t.match(stderr, `! [remote rejected] HEAD -> new (grant ${grant.id} was revoked)`);
      t.equal(await refs(), before);
      t.match((await entriesOf('operation.ended')).at(-1), { outcome: 'cut', reason: 'grant-ended' });
      // The stand-ins for HTTP hosts kill git, which then clears nothing away; sshd lets it end.
      if (way !== overSsh) return;
      while ((await quarantined(bare)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      t.strictSame(await quarantined(bare), [], 'the host threw away what it had');
    },
  );

  // Whoever is at the channel, the gate behind it is one for all that reach the host in the same way.
  if (way === overBridge) continue;
  for (const [size, bytes] of [
    ['held whole', 300],
    ['sealed', 3_000_000],
  ] as const) {
    void t.test(
      `${way.name}, ${size}: a grant revoked the moment before the gate changes nothing`,
      async (t) => {
        const served: AtTheDoor & Pusher = await aPusher(t, way, bytes, {
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
        t.match((await served.entriesOf('operation.ended')).at(-1), {
          outcome: 'cut',
          reason: 'grant-ended',
        });
      },
    );

    void t.test(
      `${way.name}, ${size}: a grant revoked the moment behind the gate comes too late`,
      async (t) => {
        let passages = 0;
        const served: AtTheDoor & Pusher = await aPusher(t, way, bytes, {
          between: (store) => ({
            ...store,
            async passGate(passage) {
              const answer = await store.passGate(passage);
              passages += 1;
              await served.node.revoke(served.grant.id, 'late');
              return answer;
            },
          }),
        });
        t.match(await served.push().finished, { code: 0 });
        t.match(await served.refs(), 'refs/heads/new');
        t.equal(passages, 1, 'the gate was asked once');
        t.match((await served.entriesOf('operation.ended')).at(-1), { outcome: 'completed' });
      },
    );
  }
}

void t.test('a fetch revoked between two of its requests reads why', async (t) => {
  const served = await onChannels.reach(t, 'fetch', 'app');
  const { node, grant, execs } = served;
  await makeAppRepository(node.directory);
  // The advertisement has come, and nothing is asked yet.
  const waiting = served.git.start(['-c', 'protocol.version=2', 'ls-remote', served.address('app')], {
    env: { EXEC_HOLDS: '1' },
  });
  await moved(node, 'bytesDown', 0);
  await node.revoke(grant.id, 'laptop lost');
  const { code, stderr } = await waiting.finished;
  t.equal(code, 128);
  t.match(stderr, `fatal: remote error: sluice: grant ${grant.id} was revoked`);
  t.equal(await execs[0]?.channel.exited, 1);
  t.match((await served.entriesOf('operation.ended')).at(-1), { outcome: 'cut', reason: 'grant-ended' });
});

void t.test('one revoked when its answer was whole, and not ended yet, reads why too', async (t) => {
  const host = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.write(section('version 2\n', 'ls-refs\n'));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  t.teardown(() => host.close().closeAllConnections());
  const { port } = host.address() as AddressInfo;
  const served = await onChannels.reach(t, 'fetch', 'app', { hostUrl: `http://127.0.0.1:${port}` });
  const waiting = served.git.start(['-c', 'protocol.version=2', 'ls-remote', served.address('app')]);
  await moved(served.node, 'bytesDown', 0);
  await served.node.revoke(served.grant.id, 'laptop lost');
  const { code, stderr } = await waiting.finished;
  t.equal(code, 128);
  t.match(stderr, `fatal: remote error: sluice: grant ${served.grant.id} was revoked`);
});

void t.test('without a grant each service says so in its own language, and ends with 1', async (t) => {
  const { node, git, grant, address, execs } = await onChannels.reach(t, 'push', 'app');
  await makeAppRepository(node.directory);
  await git.must(['clone', '-q', address('app'), 'app']);
  await node.revoke(grant.id, 'over');
  for (const args of [
    ['ls-remote', 'origin'],
    ['push', 'origin', 'HEAD:refs/heads/x'],
    ['archive', `--remote=${address('app')}`, 'HEAD'],
  ]) {
    const { code, stderr } = await git.run(args, { cwd: `${git.directory}/app` });
    t.equal(code, 128);
    t.match(stderr, 'fatal: remote error: sluice: ');
    t.equal(execs.at(-1)?.channel.exitCode, 1);
  }
  t.match((await git.run(['ls-remote', address('nobody/knows')])).stderr, 'fatal: remote error: sluice: ');
});
