import { randomBytes } from 'node:crypto';
import t from 'tap';
import { prefix } from '../../../gateway/store/redis/script.ts';
import { type RedisServer, startRedis } from '../../servers/redis.ts';
import { asked, granted, recorded } from '../recorded.ts';
import { aCredential, aGrant, aLock, anEvent, aPerson, approval } from '../samples.ts';
import { openNode, revoke } from './ground.ts';

async function fill(redis: RedisServer): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(String(await redis.admin('INFO', 'memory')))?.[1]);
  await redis.admin('CONFIG', 'SET', 'maxmemory', String(Math.floor(used / 2)));
}

void t.test('a Redis that is full refuses what gives access, whole, and does what ends it', async (t) => {
  const redis = await startRedis(t);
  const { store } = await openNode(t, redis.address, 'a');
  const grant = await granted(store);
  const request = await asked(store);
  const now = await store.now();
  const wanted = aGrant(request, now);
  const { next, events } = approval(request, [wanted], now);
  await fill(redis);

  const keys = await redis.admin('DBSIZE');
  await t.rejects(store.answerRequest(next, [wanted], events), {
    code: 'STORE_REFUSED',
    message: /^the store refused answer request; nothing was changed: OOM/,
  });
  await t.rejects(store.issueCredential(aCredential(now), anEvent('credential.issued')), {
    code: 'STORE_REFUSED',
  });
  t.equal(await redis.admin('DBSIZE'), keys, 'nothing was half-done');
  t.match(await store.request(request.id), { state: { kind: 'pending' } });
  t.equal(await store.grant(wanted.id), undefined);

  t.match(await revoke(store, grant.id), { value: { kind: 'revoked' } });
  const lock = aLock(now);
  await store.lock(lock, anEvent('lock.made', { lockId: lock.id }));
  t.match(await store.locks(), [{ id: lock.id }]);
  await redis.admin('CONFIG', 'SET', 'maxmemory', '0');
  t.match(await store.answerRequest(next, [wanted], events), { value: { kind: 'stored' } });
});

void t.test('a node that starts while Redis is full can still end access', async (t) => {
  const redis = await startRedis(t);
  const first = await openNode(t, redis.address, 'a');
  const grant = await granted(first.store);
  await first.close();
  await fill(redis);
  const { store } = await openNode(t, redis.address, 'a', first.directory);
  t.match(await revoke(store, grant.id), { value: { kind: 'revoked' } });
});

void t.test('under allkeys-lru nobody is let in, and no credential is called unknown', async (t) => {
  const redis = await startRedis(t);
  await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  const { store, alarms } = await openNode(t, redis.address, 'a');
  const dev = await store.enrol(aPerson(), 'P-DEV');
  const credential = aCredential(await store.now(), { principalId: dev.id });
  await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
  const claim = { credentialHash: credential.hash };
  t.match(await store.stand(claim, 'hub/acme/app'), { credential });
  const revoked = await granted(store);
  await revoke(store, revoked.id);
  const lock = aLock(await store.now());
  await store.lock(lock, anEvent('lock.made', { lockId: lock.id }));

  await redis.admin('CONFIG', 'SET', 'maxmemory', '3mb');
  // Somebody else's data, until ours is gone: the credential, then with time everything.
  for (let at = 0; (await redis.admin('EXISTS', `${prefix}credential:${credential.hash}`)) === 1; at += 1)
    await redis.admin('SET', `filler:${at}`, randomBytes(100_000).toString('hex'));
  // The first refusal has the store looked at; whoever comes next waits for what that finds.
  for (let time = 0; time < 2; time += 1)
    await t.rejects(store.stand(claim, 'hub/acme/app'), { code: 'STORE_LOST' });
  t.ok(alarms.some((alarm) => alarm === 'store-credential-gone' || alarm === 'store-lost'));

  for (let at = 0; (await redis.admin('EXISTS', `${prefix}locks`)) === 1; at += 1)
    await redis.admin('SET', `more:${at}`, randomBytes(100_000).toString('hex'));
  for (let time = 0; time < 2; time += 1)
    await t.rejects(store.stand({ principalId: dev.id }, 'hub/acme/app'), { code: 'STORE_LOST' });
  t.ok(alarms.includes('store-lost'), 'locks that were dropped are noticed by their mark');
});
