import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t from 'tap';
import { startRedis } from '../../servers/redis.ts';
import { asked, granted } from '../recorded.ts';
import { aGrant, aLock, anEvent, approval } from '../samples.ts';
import { heard, openNode, revoke, untilAnswered } from './ground.ts';

void t.test(
  'what was tried while the primary stood still is refused in time, and not done when it goes on',
  async (t) => {
    const redis = await startRedis(t);
    const { store, alarms } = await openNode(t, { ...redis.address, timeoutMs: 1_000 }, 'a');
    const grant = await granted(store);
    const request = await asked(store);
    const now = await store.now();
    const wanted = aGrant(request, now);
    const { next, events } = approval(request, [wanted], now);
    const lock = aLock(now);

    redis.process.kill('SIGSTOP');
    t.teardown(() => redis.process.kill('SIGCONT'));
    const stoppedAt = performance.now();
    const back = heard(store, undefined);
    const tried = await Promise.allSettled([
      revoke(store, grant.id),
      store.answerRequest(next, [wanted], events),
      store.lock(lock, anEvent('lock.made', { lockId: lock.id })),
    ]);
    t.match(
      tried.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'done')),
      ['STORE_UNREACHABLE', 'STORE_UNREACHABLE', 'STORE_UNREACHABLE'],
    );
    t.ok(performance.now() - stoppedAt < 3_000);

    // Longer than the silence after which the node leaves, so that it comes back by a new connection.
    await new Promise((resolve) => setTimeout(resolve, 5_200 - (performance.now() - stoppedAt)));
    redis.process.kill('SIGCONT');
    await back;
    t.match(await store.grant(grant.id), { state: { kind: 'live' } });
    t.equal(await store.grant(wanted.id), undefined);
    t.match(await store.request(request.id), { state: { kind: 'pending' } });
    t.strictSame(await store.locks(), []);
    t.match(
      await revoke(store, grant.id),
      { value: { kind: 'revoked' } },
      'it is done when it is tried again',
    );
    t.strictSame(alarms, []);
  },
);

void t.test(
  'a connection that is cut in the middle of changes loses none that were acknowledged',
  async (t) => {
    const redis = await startRedis(t);
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const server = connect(redis.port, '127.0.0.1');
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    t.teardown(() => proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const { store, alarms } = await openNode(t, { ...redis.address, port }, 'a');
    const other = await openNode(t, redis.address, 'b');

    for (let cut = 0; cut < 5; cut += 1) {
      const grants = await untilAnswered(async () => [await granted(store), await granted(store)]);
      const told = heard(store, undefined);
      const changing = Promise.allSettled(grants.map(({ id }) => revoke(store, id)));
      for (const socket of sockets) socket.destroy();
      for (const [at, one] of (await changing).entries()) {
        const standing = await other.store.grant(grants[at]?.id ?? '');
        if (one.status === 'fulfilled') t.match(standing, { state: { kind: 'revoked' } });
        else t.match(one.reason, { code: 'STORE_UNREACHABLE' });
      }
      await told;
      for (const { id } of grants) {
        await untilAnswered(() => revoke(store, id));
        t.match(await other.store.grant(id), { state: { kind: 'revoked' } });
      }
    }
    t.strictSame(alarms, []);
  },
);

void t.test('a client that Redis throws out comes back and hears of changes again', async (t) => {
  const redis = await startRedis(t);
  const { store } = await openNode(t, redis.address, 'a');
  const grant = await granted(store);
  const back = heard(store, undefined);
  await redis.admin('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await back;
  const told = heard(store, grant.id);
  await untilAnswered(() => revoke(store, grant.id));
  t.match(await told, { kind: 'grant' });
});
