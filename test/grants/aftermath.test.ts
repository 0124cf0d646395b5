import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { type AftermathNeeds, createAftermath } from '../../gateway/grants/aftermath.ts';
import { pause } from '../../gateway/pause.ts';
import { newBook } from '../../gateway/store/memory/book.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { Grant } from '../../gateway/store/records.ts';
import { openRedisStore } from '../../gateway/store/redis/redis-store.ts';
import type { RevokeResult, Store } from '../../gateway/store/store.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import { startRedis } from '../servers/redis.ts';
import { entered, granted, recorded } from '../store/recorded.ts';
import { aLock, anEvent, anOperation } from '../store/samples.ts';

type Opens = (node: string) => Promise<Store>;

const redis = await startRedis(t);
const integrityKey = randomBytes(32);

async function redisNodes(t: Test): Promise<Opens> {
  await redis.admin('FLUSHALL');
  return async (nodeId) => {
    const { address } = redis;
    const quiet = { onTampered: () => undefined, onTrouble: () => undefined };
    const store = await openRedisStore({ address, nodeId, integrityKey, ...quiet });
    t.teardown(() => store.close());
    return store;
  };
}

async function memoryNodes(): Promise<Opens> {
  const book = newBook(Date.now);
  return async (nodeId) => memoryStore({ nodeId, book });
}

const waiting = (store: AftermathNeeds['store']) =>
  createAftermath({
    store,
    storeGraceMs: (critical) => (critical ? 10_000 : 20_000),
    clock: () => performance.now(),
    pause,
  });

/** Revokes on `store` what runs elsewhere, and answers what it met. */
async function touchedBy(store: Store, { id }: Grant) {
  const revoked = await store.revokeGrant(id, 'P-ANA', 'laptop lost', anEvent('grant.revoked'));
  const value: RevokeResult = await recorded(store, revoked);
  if (value.kind !== 'revoked') throw new Error(`${id} was not revoked: ${value.kind}`);
  return value.touched;
}

for (const [kind, nodes] of Object.entries({ memory: memoryNodes, redis: redisNodes })) {
  void t.test(`${kind}: what another node cuts is told as cut as soon as it stands still`, async (t) => {
    const open = await nodes(t);
    const [here, there] = [await open('a'), await open('b')];
    const { grant, operation } = await entered(there, { right: 'fetch' });
    const touched = await touchedBy(here, grant);
    const started = performance.now();
    const watched = waiting(here)(touched);
    await there.standStill(operation.id, 'cut');
    t.strictSame(await watched, {
      cut: [{ operation, node: 'b' }],
      passedBefore: [],
      ended: [],
      unconfirmed: [],
    });
    t.ok(performance.now() - started < 1_000, 'long before it would have given up');
  });

  void t.test(`${kind}: what ended by itself in the same moment is not told as cut`, async (t) => {
    const open = await nodes(t);
    const store = await open('a');
    const { grant, operation } = await entered(store);
    const touched = await touchedBy(store, grant);
    await store.standStill(operation.id, 'completed');
    await store.leave(operation.id);
    t.match(await waiting(store)(touched), { cut: [], ended: [{ operation, how: 'completed' }] });
  });

  void t.test(
    `${kind}: a push that had passed is told with its refs, and how it ended if that is known`,
    async (t) => {
      const open = await nodes(t);
      const store = await open('a');
      const grant = await granted(store);
      const [slow, quick, unrecorded] = [
        await entered(store, {}, grant),
        await entered(store, {}, grant),
        await entered(store, {}, grant),
      ];
      for (const { passage } of [slow, quick, unrecorded])
        t.match(await store.passGate(passage), { kind: 'passed' });
      const touched = await touchedBy(store, grant);
      await store.standStill(quick.operation.id, 'completed');
      await store.standStill(unrecorded.operation.id, 'cut');
      const { cut, passedBefore, ended, unconfirmed } = await waiting(store)(touched);
      const found = new Map(passedBefore.map((passed) => [passed.operation.id, passed]));
      t.equal(found.size, 2);
      const updates = [{ ref: 'refs/heads/main' }];
      t.match(found.get(slow.operation.id), { passed: { updates } });
      t.notOk('how' in (found.get(slow.operation.id) ?? {}), 'its host has not said yet');
      t.match(found.get(quick.operation.id), { passed: { updates }, how: 'completed' });
      t.match(cut, [{ operation: unrecorded.operation }], 'its passage never counted: the host never had it');
      t.strictSame([ended, unconfirmed], [[], []]);
    },
  );

  void t.test(
    `${kind}: a node that does not say in time is named, with the last moment of its transfer`,
    async (t) => {
      const open = await nodes(t);
      const [here, there] = [await open('a'), await open('b')];
      const now = await here.now();
      const [ending, lasting] = [
        await granted(there, { endsAt: now + 5_000 }),
        await granted(there, { endsAt: now + 600_000 }),
      ];
      const critical = await granted(there, { endsAt: now + 600_000, critical: true });
      for (const grant of [ending, lasting, critical]) await entered(there, {}, grant);
      await there.beat([], 30_000);
      const lock = await here.lock(aLock(now), anEvent('lock.made'));
      const { unconfirmed, ...others } = await waiting(here)((await recorded(here, lock)).touched);
      t.strictSame(others, { cut: [], passedBefore: [], ended: [] });
      const ends = new Map(
        unconfirmed.map(({ operation, node, nodeSeenAt, endsBy }) => {
          t.equal(node, 'b');
          t.ok(nodeSeenAt >= now && nodeSeenAt <= now + 2_000);
          return [operation.grantIds[0], endsBy === ending.endsAt ? 'the grant' : endsBy - nodeSeenAt];
        }),
      );
      t.equal(ends.get(ending.id), 'the grant', 'its node knows that end by itself');
      t.equal(ends.get(lasting.id), 22_000, 'the patience for a silent store, and the slack of two clocks');
      t.equal(ends.get(critical.id), 12_000, 'of a critical rule it is shorter');
    },
  );
}

void t.test(
  'a store that goes away meanwhile leaves its operations unconfirmed, and nothing is thrown',
  async (t) => {
    const store = await (await memoryNodes())('a');
    const { grant, operation } = await entered(store);
    const touched = await touchedBy(store, grant);
    const away = async () => {
      throw new StoreError('STORE_UNREACHABLE', 'gone');
    };
    const { unconfirmed } = await waiting({ ...store, stoodStill: away, operations: away })(touched);
    t.match(unconfirmed, [{ operation, node: 'a' }]);
  },
);

void t.test('nothing touched is nothing to wait for', async (t) => {
  const store = await (await memoryNodes())('a');
  const started = performance.now();
  t.match(await waiting(store)([]), { cut: [], passedBefore: [], ended: [], unconfirmed: [] });
  t.ok(performance.now() - started < 100);
});

void t.test('what stood still before the order is not waited for', async (t) => {
  const store = await (await memoryNodes())('a');
  const grant = await granted(store);
  const operation = anOperation(grant);
  const state = { operation, node: 'b', bytesUp: 0, bytesDown: 0, nodeSeenAt: 0, passed: undefined };
  const watched = waiting(store)([{ ...state, state: { still: 'advertised' } }]);
  t.match(await watched, { ended: [{ operation, how: 'advertised' }], unconfirmed: [] });
});
