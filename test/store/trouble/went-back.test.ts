import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readJournal } from '../../../gateway/store/journal.ts';
import { openConnection } from '../../../gateway/store/redis/connection.ts';
import { acceptStore } from '../../../gateway/store/redis/generation.ts';
import { prefix } from '../../../gateway/store/redis/script.ts';
import { createSealer } from '../../../gateway/store/redis/seal.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { type RedisServer, startRedis } from '../../servers/redis.ts';
import { granted, recorded } from '../recorded.ts';
import { aCredential, aLock, anEvent, aPerson } from '../samples.ts';
import { heard, integrityKey, openNode, revoke, untilAnswered } from './ground.ts';

/** Ends the server and starts it again on what lay in its directory at some earlier moment. */
async function restartFrom(redis: RedisServer, copy: string): Promise<void> {
  const died = once(redis.process, 'close');
  redis.process.kill('SIGKILL');
  await died;
  await rm(join(redis.directory, 'appendonlydir'), { recursive: true });
  await cp(copy, join(redis.directory, 'appendonlydir'), { recursive: true });
  await redis.restart();
}

async function aPersonsCredential(store: Store) {
  const dev = await store.enrol(aPerson(), 'P-DEV');
  const credential = aCredential(await store.now(), { principalId: dev.id });
  await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
  return credential;
}

void t.test(
  'after a restart on its append-only file nothing is lost and nothing is done again',
  async (t) => {
    const redis = await startRedis(t);
    const { store, alarms } = await openNode(t, redis.address, 'a');
    const [kept, ended] = [await granted(store), await granted(store)];
    const credential = await aPersonsCredential(store);
    await revoke(store, ended.id);
    const back = heard(store, undefined);
    const died = once(redis.process, 'close');
    redis.process.kill('SIGKILL');
    await died;
    await t.rejects(store.stand({ credentialHash: credential.hash }, 'hub/acme/app'), {
      code: 'STORE_UNREACHABLE',
    });
    await redis.restart();
    await back;
    t.match(await store.grant(kept.id), { state: { kind: 'live' } });
    t.match(await store.grant(ended.id), { state: { kind: 'revoked' } });
    t.match(await store.credential(credential.hash), { credential });
    t.strictSame(alarms, []);
  },
);

void t.test(
  'a snapshot of before brings nothing back that was revoked, locked or lifted since',
  async (t) => {
    const redis = await startRedis(t);
    const one = await openNode(t, redis.address, 'a');
    const other = await openNode(t, redis.address, 'b');
    const { store } = one;
    const [mine, heardOf, kept] = [await granted(store), await granted(store), await granted(store)];
    const credential = await aPersonsCredential(store);
    const lifted = aLock(await store.now());
    await store.lock(lifted, anEvent('lock.made', { lockId: lifted.id }));
    const copy = join(redis.directory, 'copy');
    await cp(join(redis.directory, 'appendonlydir'), copy, { recursive: true });

    await revoke(store, mine.id);
    const told = heard(store, heardOf.id);
    await revoke(other.store, heardOf.id);
    await told;
    // The other node goes for good, and its journal with it: the first has to have heard.
    while (!(await readJournal(one.directory)).has(`grant ${heardOf.id}`))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await other.close();
    await store.lift(lifted.id, anEvent('lock.lifted', { lockId: lifted.id, by: 'P-X' }));
    const made = aLock(await store.now());
    await store.lock(made, anEvent('lock.made', { lockId: made.id }));
    await store.revokeCredential('P-DEV', credential.id, anEvent('credential.revoked'));
    const late = await aPersonsCredential(store);
    t.match(await store.credential(late.hash), { credential: late });

    const back = heard(store, undefined);
    await restartFrom(redis, copy);
    await back;
    for (const { id } of [mine, heardOf])
      t.match(await store.grant(id), { state: { kind: 'revoked', reason: 'laptop lost' } });
    t.match(await store.grant(kept.id), { state: { kind: 'live' } });
    t.match(
      (await store.locks()).map(({ id }) => id),
      [made.id],
    );
    t.equal(await store.credential(credential.hash), undefined, 'a revoked credential stays revoked');
    t.ok(one.alarms.includes('store-went-back'));
    await t.rejects(
      store.credential(late.hash),
      { code: 'STORE_LOST' },
      'a credential that was lost is not called unknown: git would erase it',
    );
    const events = (await redis.admin('HVALS', `${prefix}outbox`)) as string[];
    const again = events.map((text) => JSON.parse(text) as { type: string; body: Record<string, unknown> });
    t.equal(
      again.filter(({ type, body }) => type === 'grant.revoked' && body.reapplied === true).length,
      2,
      'what was done again is told to the audit as such',
    );
  },
);

void t.test('a node that was down meanwhile does again what it remembers before it serves', async (t) => {
  const redis = await startRedis(t);
  const before = await openNode(t, redis.address, 'a');
  const grant = await granted(before.store);
  const copy = join(redis.directory, 'copy');
  await cp(join(redis.directory, 'appendonlydir'), copy, { recursive: true });
  await revoke(before.store, grant.id);
  const lock = aLock(await before.store.now());
  await before.store.lock(lock, anEvent('lock.made', { lockId: lock.id }));
  await before.close();
  await restartFrom(redis, copy);

  const after = await openNode(t, redis.address, 'a', before.directory);
  t.match(await after.store.grant(grant.id), { state: { kind: 'revoked' } });
  t.match(await after.store.locks(), [{ id: lock.id }]);
});

void t.test('a lock that was lifted while a node was down is not put back by it', async (t) => {
  const redis = await startRedis(t);
  const sleeper = await openNode(t, redis.address, 'a');
  const lock = aLock(await sleeper.store.now());
  await sleeper.store.lock(lock, anEvent('lock.made', { lockId: lock.id }));
  await sleeper.close();
  const other = await openNode(t, redis.address, 'b');
  await other.store.lift(lock.id, anEvent('lock.lifted', { lockId: lock.id, by: 'P-X' }));

  const { store } = await openNode(t, redis.address, 'a', sleeper.directory);
  t.strictSame(await store.locks(), []);
});

void t.test('a store that was emptied is not served from until an operator accepts it', async (t) => {
  const redis = await startRedis(t);
  const node = await openNode(t, redis.address, 'a');
  const { store, alarms } = node;
  const credential = await aPersonsCredential(store);
  const lock = aLock(await store.now());
  await store.lock(lock, anEvent('lock.made', { lockId: lock.id }));
  const grant = await granted(store);
  await store.stand({ credentialHash: credential.hash }, 'hub/acme/app');
  const seq = (await store.stand({ principalId: 'P-DEV' }, 'hub/acme/app')).standing.seq;

  await redis.admin('FLUSHALL');
  for (const work of [
    () => store.stand({ credentialHash: credential.hash }, 'hub/acme/app'),
    () => store.credential(credential.hash),
    () => revoke(store, grant.id),
    () => aPersonsCredential(store),
  ])
    await t.rejects(work() as Promise<unknown>, { code: 'STORE_LOST' });
  t.strictSame(await redis.admin('EXISTS', `${prefix}locks`), 0, 'nothing was written into it');
  t.strictSame(alarms, ['store-lost']);

  const restarted = await openNode(t, redis.address, 'b', node.directory);
  await t.rejects(restarted.store.now(), { code: 'STORE_LOST' }, 'a restart changes nothing about it');
  await restarted.close();

  const operator = await openConnection(redis.address, () => undefined);
  const remembered = (await readJournal(node.directory)).get('store');
  if (remembered?.kind !== 'store') throw new Error('the node remembers its store');
  await acceptStore(
    operator,
    createSealer(integrityKey, () => undefined),
    remembered.generation,
  );
  await operator.close();
  await untilAnswered(() => store.now());
  t.match(await store.locks(), [{ id: lock.id }], 'locks are put back');
  t.equal(await store.credential(credential.hash), undefined, 'what is gone is gone, and may be called so');
  t.ok(
    (await store.stand({ principalId: 'P-DEV' }, 'hub/acme/app')).standing.seq > seq,
    'no number is given twice',
  );
  t.ok(alarms.includes('store-accepted'));
});

void t.test('the store that comes back is served from again, without anybody', async (t) => {
  const redis = await startRedis(t);
  const { store, alarms } = await openNode(t, redis.address, 'a');
  const grant = await granted(store);
  const held = (await redis.admin('HGET', `${prefix}locks`, 'generation')) as string;
  await redis.admin('HDEL', `${prefix}locks`, 'generation');
  await t.rejects(store.grant(grant.id), { code: 'STORE_LOST' });
  await t.rejects(revoke(store, grant.id), { code: 'STORE_LOST' });
  await redis.admin('HSET', `${prefix}locks`, 'generation', held);
  t.match(await store.grant(grant.id), { state: { kind: 'live' } });
  t.strictSame(alarms, ['store-lost', 'store-back']);
});
