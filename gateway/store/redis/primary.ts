/** Where the one server is that takes changes, for each kind of store. */
import type { HostPort, StoreAddress } from './address.ts';
import type { RedisClient } from './client.ts';
import { clusterPrimary } from './cluster.ts';
import { sentinelPrimary } from './sentinel.ts';

export interface Primary {
  /** Where it is now; rejects when nobody can say. */
  find(): Promise<HostPort>;
  /** Rejects when the server at the other end does not take changes. */
  verify(client: RedisClient): Promise<void>;
  /** Calls back with where it has gone; returns what stops that. */
  watch(from: HostPort, onMoved: (to: HostPort) => void): () => void;
  close(): void;
}

export function primaryOf(address: StoreAddress): Primary {
  switch (address.kind) {
    case 'sentinel':
      return sentinelPrimary(address);
    case 'cluster':
      return clusterPrimary(address);
    default:
      return {
        find: async () => address,
        verify: async () => undefined,
        watch: () => () => undefined,
        close: () => undefined,
      };
  }
}
