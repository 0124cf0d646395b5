import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy } from './nodes.ts';

t.setTimeout(600_000);
t.jobs = 3;

/** Longer than Node's keep-alive and than the one configured here. */
const pauseMs = 7_000;

const site = await aSite(t, {}, { limits: 'keepAlive: 5s, headers: 5s' });
const node = await site.node('one');
const secret = await gitCredential(site, node, 'developer');
await makeAppRepository(site.repositories);
await makeSlowRepository(site.repositories);
await grantedBy(site, node, node, { repository: 'hub/app', right: 'push' });
await grantedBy(site, node, node, { repository: 'hub/slow', right: 'fetch' });

/** A way to the node that carries nothing for a while once so many bytes went up, or down. */
async function pausingWay(
  t: Test,
  after: { up?: number; down?: number },
): Promise<{ port: number; paused(): boolean }> {
  let paused = false;
  const carry = (from: Socket, to: Socket, limit: number): void => {
    let bytes = 0;
    from.on('data', (chunk) => {
      bytes += chunk.length;
      to.write(chunk);
      if (bytes < limit || paused) return;
      paused = true;
      from.pause();
      setTimeout(() => from.resume(), pauseMs);
    });
    // A side that has ended keeps what is still on its way to the other.
    from.on('error', () => to.destroy()).on('end', () => to.end());
  };
  const server = createServer((client) => {
    const gateway = connect(node.httpsPort, '127.0.0.1');
    carry(client, gateway, after.up ?? Number.POSITIVE_INFINITY);
    carry(gateway, client, after.down ?? Number.POSITIVE_INFINITY);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, paused: () => paused };
}

const through = (port: number, name: string): string =>
  `https://git:${secret}@localhost:${port}/hub/${name}.git`;

void t.test('a pre-push hook outlasts its connection, and git goes on on another (case A5)', async (t) => {
  const git = await gitClient(t, { caFile: site.caFile });
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  const hook = `${git.directory}/app/.git/hooks/pre-push`;
  await writeFile(hook, `#!/bin/sh\nsleep ${pauseMs / 1_000}\n`);
  await chmod(hook, 0o755);
  const { code, stderr } = await git.run(['-C', 'app', 'push', 'origin', 'HEAD:refs/heads/hooked'], {
    env: { GIT_CURL_VERBOSE: '1' },
  });
  t.equal(code, 0, stderr);
  t.match(stderr, /\* \[new branch\] +HEAD -> hooked/);
  const hooked = (await node.entries()).filter(
    ({ type, updates }) => type === 'push.commands' && JSON.stringify(updates).includes('hooked'),
  );
  t.equal(hooked.length, 1, 'the push is on record once');
});

void t.test('a client that stops in the middle of its pack goes on where it was (case A5)', async (t) => {
  const way = await pausingWay(t, { up: 2_000_000 });
  const git = await gitClient(t, { caFile: site.caFile });
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  await writeFile(`${git.directory}/app/big`, randomBytes(4_000_000));
  await git.must(['-C', 'app', 'add', '.']);
  await git.must(['-C', 'app', 'commit', '-q', '-m', 'big']);
  const started = performance.now();
  await git.must(['-C', 'app', 'push', '-q', through(way.port, 'app'), 'HEAD:refs/heads/paused']);
  t.ok(way.paused() && performance.now() - started > pauseMs, 'it stopped');
});

void t.test(
  'a client that stops reading in the middle of a clone goes on where it was (case A5)',
  async (t) => {
    const way = await pausingWay(t, { down: 2_000_000 });
    const git = await gitClient(t, { caFile: site.caFile });
    const started = performance.now();
    await git.must(['clone', '-q', '--bare', through(way.port, 'slow'), 'slow.git']);
    t.ok(way.paused() && performance.now() - started > pauseMs, 'it stopped');
    await git.must(['-C', 'slow.git', 'fsck']);
  },
);
