import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import type { Store } from '../../gateway/store/store.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { anEvent } from '../store/samples.ts';
import { aGitNode, type GitNode, type GitNodeOptions, scopeOf } from './git-node.ts';

type Sized = 'held whole' | 'sealed';

/** A clone with one commit to push: small enough to be held whole, or large enough to be sealed. */
async function aPusher(t: Ending, size: Sized, options: GitNodeOptions = {}) {
  const node = await aGitNode(t, options);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/new`, randomBytes(size === 'sealed' ? 3_000_000 : 300));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'new'], inApp);
  const refs = (): Promise<string> => git.must(['ls-remote', `${node.directory}/app.git`]);
  const push = (...args: string[]) =>
    git.start(args.length > 0 ? args : ['push', 'origin', 'HEAD:refs/heads/new'], inApp);
  return { node, grant, git, inApp, refs, push, head: (await git.must(['rev-parse', 'HEAD'], inApp)).trim() };
}

const typesOf = async (node: GitNode): Promise<readonly string[]> =>
  (await node.entries()).map(({ type }) => type).filter((type) => /^(push|operation)\./.test(type));

for (const size of ['held whole', 'sealed'] as const) {
  void t.test(`${size}: a push passes the gate once, on record before the host can have it`, async (t) => {
    const { node, refs, push, head } = await aPusher(t, size);
    t.match(await push().finished, { code: 0 });
    t.match(await refs(), `${head}\trefs/heads/new`);
    node.door.connections.resetAll();
    t.strictSame((await typesOf(node)).slice(-5), [
      'operation.started',
      'push.commands',
      'push.released',
      'push.settled',
      'operation.ended',
    ]);
    const released = (await node.entries()).filter(({ type }) => type === 'push.released');
    t.equal(released.length, 1);
    t.ok(Number((released[0] as { passedSeq?: number }).passedSeq) > 0);
    t.strictSame(node.troubles, []);
  });

  void t.test(`${size}: a grant revoked the moment before the gate changes nothing`, async (t) => {
    const { node, grant, refs, push } = await aPusher(t, size, {
      between: (store) => ({
        ...store,
        async passGate(passage) {
          await node.revoke(grant.id, 'laptop lost');
          return store.passGate(passage);
        },
      }),
    });
    const before = await refs();
    const { code, stderr } = await push().finished;
    t.equal(code, 1);
    t.match(stderr, /remote: sluice: grant \S+ was revoked by P-LEAD at .*: "laptop lost"/);
    t.match(stderr, `! [remote rejected] HEAD -> new (grant ${grant.id} was revoked)`);
    t.equal(await refs(), before);
    node.door.connections.resetAll();
    t.notOk((await typesOf(node)).includes('push.released'));
    t.match((await node.entries()).at(-1), {
      type: 'operation.ended',
      outcome: 'cut',
      reason: 'grant-ended',
    });
  });

  void t.test(
    `${size}: a grant revoked the moment behind the gate is told that the push passed`,
    async (t) => {
      let touched: unknown;
      const { node, grant, refs, push, head } = await aPusher(t, size, {
        between: (store) => ({
          ...store,
          async passGate(passage) {
            const answer = await store.passGate(passage);
            touched = (
              await store.revokeGrant(
                grant.id,
                'P-LEAD',
                'late',
                anEvent('grant.revoked', { grantId: grant.id }),
              )
            ).value;
            return answer;
          },
        }),
      });
      t.match(await push().finished, { code: 0 });
      t.match(await refs(), `${head}\trefs/heads/new`);
      t.match(touched, {
        kind: 'revoked',
        touched: [{ passed: { updates: [{ ref: 'refs/heads/new', newId: head }] } }],
      });
      node.door.connections.resetAll();
      t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'completed' });
    },
  );

  void t.test(
    `${size}: an answer of the store that got lost is asked for again, and the push goes on`,
    async (t) => {
      let lost = 0;
      const passages = new Set<number>();
      const { refs, push, head } = await aPusher(t, size, {
        between: (store) => ({
          ...store,
          async passGate(passage) {
            const answer = await store.passGate(passage);
            lost += 1;
            if (answer.kind === 'passed') passages.add(answer.passed.seq);
            if (lost < 3) throw new StoreError('STORE_UNREACHABLE', 'the answer got lost');
            return answer;
          },
        }),
      });
      t.match(await push().finished, { code: 0 });
      t.equal(lost, 3);
      t.equal(passages.size, 1, 'there was one passage');
      t.match(await refs(), `${head}\trefs/heads/new`);
    },
  );

  void t.test(
    `${size}: a store that stays away beyond the grace cuts the push with its reason`,
    async (t) => {
      const away = (): Promise<never> =>
        Promise.reject(new StoreError('STORE_UNREACHABLE', 'the store is away'));
      let isAway = false;
      const { node, refs, push } = await aPusher(t, size, {
        shortened: { storeGraceMs: 1_500 },
        between: (store): Store => ({
          ...store,
          standings: (of) => (isAway ? away() : store.standings(of)),
          passGate() {
            isAway = true;
            return away();
          },
        }),
      });
      const before = await refs();
      const { code, stderr } = await push().finished;
      t.equal(code, 1);
      t.match(stderr, 'remote: sluice: the grant store cannot be reached; nothing was changed');
      t.equal(await refs(), before);
      node.door.connections.resetAll();
      t.match((await node.entries()).at(-1), {
        type: 'operation.ended',
        outcome: 'cut',
        reason: 'store-lost',
      });
    },
  );
}

void t.test('gate: hold keeps the trailer back and leaves the pack as it came', async (t) => {
  const { git, refs, push, head, node } = await aPusher(t, 'sealed', { upstream: 'gate: hold' });
  t.match(await push().finished, { code: 0 });
  t.match(await refs(), `${head}\trefs/heads/new`);
  t.equal(await git.must(['-C', `${node.directory}/app.git`, 'fsck', '--dangling']), '');
});

void t.test('a sealed push leaves one dangling blob of 24 bytes on the host, and nothing else', async (t) => {
  const { git, push, node } = await aPusher(t, 'sealed');
  t.match(await push().finished, { code: 0 });
  const found = await git.must(['-C', `${node.directory}/app.git`, 'fsck', '--dangling']);
  t.match(found, /^dangling blob [0-9a-f]{40}\n$/);
  const id = found.trim().split(' ')[2] ?? '';
  t.equal((await git.must(['-C', `${node.directory}/app.git`, 'cat-file', '-s', id])).trim(), '24');
});

void t.test('a mixed push, an atomic one and a delete pass or fail as a whole', async (t) => {
  const { node, grant, refs, push, head } = await aPusher(t, 'sealed');
  t.match(await push('push', 'origin', 'HEAD:refs/heads/one', 'HEAD:refs/heads/two').finished, { code: 0 });
  t.match(await push('push', '--atomic', 'origin', 'HEAD:refs/heads/three', ':refs/heads/one').finished, {
    code: 0,
  });
  t.match(await refs(), `${head}\trefs/heads/three`);
  t.notMatch(await refs(), 'refs/heads/one');
  t.match(await push('push', 'origin', ':refs/heads/two').finished, { code: 0 });
  await node.revoke(grant.id, 'done');
  const before = await refs();
  t.match(await push('push', 'origin', ':refs/heads/three').finished, { code: 128 });
  t.equal(await refs(), before);
});
