import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import type { Principal } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { failingDisk } from '../audit/failing-disk.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { asked, seqsOf } from '../store/recorded.ts';
import { aGrant, approval } from '../store/samples.ts';
import { aGitNode, type GitNodeOptions, scopeOf } from './git-node.ts';

/** A node, and a person whose grant is approved and not on record. */
async function aWaitingGrant(t: Ending, options: Omit<GitNodeOptions, 'between'> & { deaf?: boolean } = {}) {
  let looks = 0;
  let looked = (): void => undefined;
  const node = await aGitNode(t, {
    ...options,
    between: (store) => ({
      ...store,
      ...(options.deaf === true ? { onChange: () => () => undefined } : {}),
      async stand(...asked) {
        const answer = await store.stand(...asked);
        looks += 1;
        looked();
        return answer;
      },
    }),
  });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const git = await gitClient(t);
  return {
    node,
    acknowledge: await unrecorded(node.store, principal),
    principal,
    git: (name = 'app.git') => git.run(['ls-remote', node.address(secret, name)]),
    /** Resolves when the gateway has looked so often. */
    looked: (times: number) =>
      new Promise<void>((resolve) => {
        looked = () => (looks >= times ? resolve() : undefined);
        looked();
      }),
    looks: () => looks,
  };
}

/** Approves a grant whose entry is not durable; the answer makes it so. */
async function unrecorded(store: Store, { id: principalId }: Principal): Promise<() => Promise<void>> {
  const request = await asked(store, { principalId });
  const now = await store.now();
  const grant = aGrant(request, now, { principalId, scope: scopeOf('app', 'fetch') });
  const { next, events } = approval(request, [grant], now);
  const changed = await store.answerRequest(next, [grant], events);
  return () => store.acknowledge(seqsOf(changed.events));
}

void t.test('a command waits for its grant to be recorded, and is told at once', async (t) => {
  const { acknowledge, git, looked, looks } = await aWaitingGrant(t);
  const running = git();
  await looked(2);
  const at = performance.now();
  await acknowledge();
  const { code, stderr } = await running;
  t.equal(code, 0, stderr);
  t.ok(performance.now() - at < 900, 'before it would have looked by itself');
  t.ok(looks() < 10, `it looked ${looks()} times`);
});

void t.test('a command whose message was lost finds out by itself', async (t) => {
  const { acknowledge, git, looked } = await aWaitingGrant(t, { deaf: true });
  const running = git();
  await looked(2);
  await acknowledge();
  const { code, stderr } = await running;
  t.equal(code, 0, stderr);
});

void t.test('nobody waits where the audit takes nothing', async (t) => {
  const disk = failingDisk();
  const { node, git, principal } = await aWaitingGrant(t, { disk });
  await node.grant(principal, { scope: scopeOf('other', 'fetch') });
  disk.fault = 'sync';
  t.match((await git('other.git')).stderr, 'sluice: the audit log cannot be written');
  const at = performance.now();
  const { code, stderr } = await git();
  t.equal(code, 128);
  t.match(stderr, /sluice: grant G-[0-9A-Z]+ is approved and being recorded; try again in a moment/);
  t.ok(performance.now() - at < 5_000, 'at once');
});
