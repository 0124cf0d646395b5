import { once } from 'node:events';
import t from 'tap';
import { startCluster } from '../../servers/redis-cluster.ts';
import { startSentinels } from '../../servers/redis-sentinel.ts';
import { granted } from '../recorded.ts';
import { aLock, anEvent } from '../samples.ts';
import { heard, openNode, openStoreOn, revoke, untilAnswered } from './ground.ts';

void t.test(
  'when the primary dies, changes go to the one that the sentinels make of the replica',
  async (t) => {
    const { first, second, address, untilInStep } = await startSentinels(t);
    const [one, other] = [await openStoreOn(t, address, 'a'), await openStoreOn(t, address, 'b')];
    const [kept, ended] = [await granted(one), await granted(one)];
    await untilInStep();
    const back = heard(other, undefined);

    const died = once(first.process, 'close');
    first.process.kill('SIGKILL');
    await died;
    await t.rejects(one.grant(kept.id), { code: 'STORE_UNREACHABLE' });
    t.match(await untilAnswered(() => revoke(one, ended.id)), { value: { kind: 'revoked' } });
    t.match(await second.admin('ROLE'), ['master']);

    await back;
    t.match(await other.grant(kept.id), { state: { kind: 'live' } });
    t.match(await other.grant(ended.id), { state: { kind: 'revoked', by: 'P-X' } });
    const told = heard(other, kept.id);
    await revoke(one, kept.id);
    t.match(await told, { kind: 'grant', id: kept.id }, 'changes are published over the new primary');
  },
);

void t.test('a primary that was made a replica is left at once, though it still answers', async (t) => {
  const { address, failover, second } = await startSentinels(t, 30_000);
  const store = await openStoreOn(t, address);
  const grant = await granted(store);
  const back = heard(store, undefined);
  await failover();
  await back;
  t.match(await revoke(store, grant.id), { value: { kind: 'revoked' } });
  t.match(await second.admin('ROLE'), ['master']);
});

void t.test('in a cluster the slot is followed to the node that took it over', async (t) => {
  const { owner, address, follow } = await startCluster(t, 3);
  const store = await openStoreOn(t, address);
  const grant = await granted(store);
  const replica = await follow();
  await replica.admin('CLUSTER', 'FAILOVER', 'TAKEOVER');
  while (((await owner.admin('ROLE')) as string[])[0] !== 'slave')
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.match(await untilAnswered(() => revoke(store, grant.id)), { value: { kind: 'revoked' } });

  const back = await openStoreOn(t, address, 'b');
  t.match(await back.grant(grant.id), { state: { kind: 'revoked' } }, 'the old owner sends there too');
  t.ok(owner.process.exitCode === null);
});

void t.test(
  'after a failover to a replica that was behind, revocations and locks stand, and a lost grant is denied',
  async (t) => {
    const { first, second, address, untilInStep } = await startSentinels(t);
    const { store } = await openNode(t, address, 'a');
    const [kept, ended] = [await granted(store), await granted(store)];
    await untilInStep();
    // The primary goes on alone: what it acknowledges from here on has no copy.
    await second.admin('CONFIG', 'SET', 'masterauth', 'not-the-password');
    await first.admin('CLIENT', 'KILL', 'TYPE', 'replica');
    const lost = await granted(store);
    t.match(await store.grant(lost.id), { state: { kind: 'live' } }, 'it was acknowledged');
    await revoke(store, ended.id);
    const lock = aLock(await store.now());
    await store.lock(lock, anEvent('lock.made', { lockId: lock.id }));

    const back = heard(store, undefined);
    const died = once(first.process, 'close');
    first.process.kill('SIGKILL');
    await died;
    await back;
    t.match(await second.admin('ROLE'), ['master']);
    t.match(await store.grant(ended.id), { state: { kind: 'revoked', by: 'P-X' } });
    t.match(await store.locks(), [{ id: lock.id }]);
    t.match(await store.grant(kept.id), { state: { kind: 'live' } });
    t.equal(await store.grant(lost.id), undefined);
    const [standing] = await store.standings([
      { principalId: lost.principalId, repository: lost.scope.repository },
    ]);
    t.notOk(
      standing?.grants.some(({ grant }) => grant.id === lost.id),
      'nothing of it is half there',
    );
  },
);
