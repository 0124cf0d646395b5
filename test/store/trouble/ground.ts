/** Stores over real servers for the tests of trouble: what a node remembers lies in a directory that outlives it. */
import { randomBytes } from 'node:crypto';
import { openJournal } from '../../../gateway/store/journal.ts';
import type { StoreAddress } from '../../../gateway/store/redis/address.ts';
import { openRedisStore } from '../../../gateway/store/redis/redis-store.ts';
import type { Change, Store } from '../../../gateway/store/store.ts';
import type { Ending } from '../../servers/ending.ts';
import type { RedisServer } from '../../servers/redis.ts';
import { temporaryDirectory } from '../../servers/temporary-directory.ts';
import type { Ground } from '../contract.ts';
import { anEvent } from '../samples.ts';

export const integrityKey = randomBytes(32);

/** A store of a node that remembers nothing. */
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

/** A node's store, what it remembers, and what it raised an alarm about. */
export interface NodeStore {
  readonly store: Store;
  readonly directory: string;
  readonly alarms: readonly string[];
  close(): Promise<void>;
}

/** @param directory of an earlier run of the same node */
export async function openNode(
  t: Ending,
  address: StoreAddress,
  nodeId: string,
  directory?: string,
): Promise<NodeStore> {
  const kept = directory ?? (await temporaryDirectory(t));
  const journal = await openJournal(kept, Date.now);
  const alarms: string[] = [];
  const store = await openRedisStore({
    address,
    nodeId,
    integrityKey,
    journal,
    onAlarm: (alarm) => alarms.push(alarm),
    onTampered: () => undefined,
    onTrouble: () => undefined,
  });
  const close = async (): Promise<void> => {
    await store.close();
    await journal.close();
  };
  t.teardown(close);
  return { store, directory: kept, alarms, close };
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

export function revoke(store: Store, grantId: string): ReturnType<Store['revokeGrant']> {
  return store.revokeGrant(grantId, 'P-X', 'laptop lost', anEvent('grant.revoked', { grantId }));
}

/** Resolves when the store tells of a change to this id; without one, when it was away meanwhile. */
export function heard(store: Store, wanted: string | undefined): Promise<Change | undefined> {
  return new Promise((resolve) => {
    const stop = store.onChange((change) => {
      if (change?.id !== wanted) return;
      stop();
      resolve(change);
    });
  });
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
