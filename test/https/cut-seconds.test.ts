/** `sluice_cut_seconds`: from the store's change to the last repository byte handed on. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import type { Store } from '../../gateway/store/store.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';

/** Resolves once so many more bytes have moved. */
async function moved(node: GitNode, bytes: number): Promise<void> {
  const sum = (): number =>
    node.git.book.live().reduce((all, { bytesUp, bytesDown }) => all + bytesUp + bytesDown, 0);
  const before = sum();
  while (sum() < before + bytes) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A store that is out of reach for re-reads as long as the test says: the node learns late of what has changed. */
function outOfReach() {
  let away = false;
  let refused = 0;
  return {
    between: (store: Store): Store => ({
      ...store,
      async standings(of) {
        if (!away) return await store.standings(of);
        refused += 1;
        throw new StoreError('STORE_UNREACHABLE', 'out of reach');
      },
    }),
    leave() {
      away = true;
    },
    comeBack() {
      away = false;
    },
    /** Resolves once so many more reads were refused. */
    async refuses(reads: number) {
      const until = refused + reads;
      while (refused < until) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

void t.test('a fetch counts from the revocation, also when the node learned of it late', async (t) => {
  const store = outOfReach();
  const node = await aGitNode(t, { host: { bytesPerSecond: { slow: 400_000 } }, between: store.between });
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
  const git = await gitClient(t);
  const clone = git.start(['clone', node.address(secret, 'slow.git')]);
  await moved(node, 100_000);

  store.leave();
  const before = performance.now();
  await node.revoke(grant.id, 'laptop lost');
  await moved(node, 120_000);
  const late = (performance.now() - before) / 1_000;
  store.comeBack();
  node.git.leases.recheck();
  await clone.finished;

  t.equal(await node.metric('sluice_cut_seconds_count'), 1);
  const seconds = await node.metric('sluice_cut_seconds_sum');
  const all = (performance.now() - before) / 1_000;
  t.ok(seconds > late / 2 && seconds <= all, `${seconds} s; bytes went on for ${late} s, git for ${all} s`);
});

void t.test('a client that takes nothing any more does not make the cut longer', async (t) => {
  const node = await aGitNode(t, { host: { bytesPerSecond: { slow: 400_000 } } });
  await makeSlowRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
  const git = await gitClient(t);
  const clone = git.start(['clone', node.address(secret, 'slow.git')]);
  await moved(node, 100_000);
  const group = -(clone.child.pid ?? Number.NaN);
  process.kill(group, 'SIGSTOP');
  await node.revoke(grant.id, 'laptop lost');
  const before = performance.now();
  while (node.door.connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const closing = (performance.now() - before) / 1_000;
  process.kill(group, 'SIGKILL');
  await clone.finished;

  t.equal(await node.metric('sluice_cut_seconds_count'), 1);
  const seconds = await node.metric('sluice_cut_seconds_sum');
  t.ok(seconds < closing / 2, `${seconds} s, and the connection was there for ${closing} s`);
});

void t.test('a push that waits at the gate is counted, until its cut', async (t) => {
  const store = outOfReach();
  const node = await aGitNode(t, { between: store.between });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['clone', node.address(secret, 'app.git'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/big`, randomBytes(2 * 1024 * 1024));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'big'], inApp);
  store.leave();
  const push = git.start(['push', 'origin', 'HEAD:refs/heads/big'], inApp);
  while (!node.git.book.live().some(({ gated }) => gated))
    await new Promise((resolve) => setTimeout(resolve, 5));

  const before = performance.now();
  await node.revoke(grant.id, 'laptop lost');
  await store.refuses(3);
  const late = (performance.now() - before) / 1_000;
  store.comeBack();
  const { code } = await push.finished;

  t.equal(code, 1);
  t.equal(await node.metric('sluice_cut_seconds_count'), 1);
  const seconds = await node.metric('sluice_cut_seconds_sum');
  const all = (performance.now() - before) / 1_000;
  t.ok(seconds > late / 2 && seconds <= all, `${seconds} s; it waited for ${late} s, git for ${all} s`);
});
