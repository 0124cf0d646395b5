/** Opens the store that the configuration names. */
import type { StoreConfig } from '../../config/schema.ts';
import type { SecretSource } from '../../config/secrets.ts';
import { memoryStore } from './memory-store.ts';
import type { Store } from './store.ts';

export interface StoreNeeds {
  /** Who claims events in the outbox: the same name after a restart. */
  readonly nodeId: string;
  secret(source: SecretSource): Promise<string>;
  integrityKey(source: SecretSource): Promise<Buffer>;
  /** A record was not written by a gateway; it counts for nothing. */
  onTampered(what: string): void;
  onTrouble(error: unknown): void;
}

export async function openStore(config: StoreConfig, needs: StoreNeeds): Promise<Store> {
  switch (config.kind) {
    case 'memory':
      return memoryStore({ nodeId: needs.nodeId });
    case 'redis':
    case 'sentinel':
    case 'cluster':
      throw new Error(`store kind ${config.kind} is not served yet`);
  }
}
