/** Stores over real servers for the tests of trouble, closed with the test. */
import { randomBytes } from 'node:crypto';
import type { StoreAddress } from '../../../gateway/store/redis/address.ts';
import { openRedisStore } from '../../../gateway/store/redis/redis-store.ts';
import type { Store } from '../../../gateway/store/store.ts';
import type { Ending } from '../../servers/ending.ts';
import type { RedisServer } from '../../servers/redis.ts';
import type { Ground } from '../contract.ts';

export const integrityKey = randomBytes(32);

/** A store of a node. */
export async function openStoreOn(t: Ending, address: StoreAddress, nodeId = 'a'): Promise<Store> {
  const store = await openRedisStore({
    address,
    nodeId,
    integrityKey,
    onTampered: () => undefined,
    onTrouble: () => undefined,
  });
  t.teardown(() => store.close());
  return store;
}

/** Ground for the contract: a server that holds nothing, whose time is real. */
export async function emptied(t: Ending, server: RedisServer, address: StoreAddress): Promise<Ground> {
  await server.admin('FLUSHALL');
  return {
    open: (nodeId) => openStoreOn(t, address, nodeId),
    async reach(at) {
      for (;;) {
        const [seconds, micros] = (await server.admin('TIME')) as [string, string];
        const left = at - (Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
        if (left <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
  };
}

/** Tries until it is answered; for what comes back by itself. */
export async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
