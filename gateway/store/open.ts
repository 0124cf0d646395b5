/** Opens the store that the configuration names. */
import { readFile } from 'node:fs/promises';
import type { RedisStoreConfig, StoreConfig } from '../../config/schema.ts';
import type { SecretSource } from '../../config/secrets.ts';
import type { Journal } from './journal.ts';
import { memoryStore } from './memory-store.ts';
import type { StoreAddress } from './redis/address.ts';
import type { GuardNeeds } from './redis/guard.ts';
import type { Finding } from './redis/inspect.ts';
import { openRedisStore } from './redis/redis-store.ts';
import type { Store } from './store.ts';

export interface StoreNeeds {
  /** Who claims events in the outbox: the same name after a restart. */
  readonly nodeId: string;
  secret(source: SecretSource): Promise<string>;
  integrityKey(source: SecretSource): Promise<Buffer>;
  /** A record was not written by a gateway; it counts for nothing. */
  onTampered(what: string): void;
  onTrouble(error: unknown): void;
  /** What was found of the store's own settings. */
  onFinding(finding: Finding): void;
  /** What the node remembers of a Redis; a look without one changes nothing there. */
  readonly journal?: Journal;
  readonly onAlarm?: GuardNeeds['onAlarm'];
}

export async function openStore(config: StoreConfig, needs: StoreNeeds): Promise<Store> {
  switch (config.kind) {
    case 'memory':
      return memoryStore({ nodeId: needs.nodeId });
    case 'redis':
    case 'sentinel':
    case 'cluster':
      return await openRedisStore({
        ...needs,
        address: await storeAddress(config, needs.secret),
        integrityKey: await needs.integrityKey(config.integrityKey),
      });
  }
}

/** Where and as whom a Redis is reached. */
export async function storeAddress(
  config: RedisStoreConfig,
  secret: StoreNeeds['secret'],
): Promise<StoreAddress> {
  const { kind, addresses, primaryName, tls } = config;
  const read = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : await readFile(file, 'utf8');
  const [ca, cert, key] = await Promise.all([
    read(tls?.caFile),
    read(tls?.certificateFile),
    read(tls?.keyFile),
  ]);
  const access = {
    username: config.username,
    password: config.password === undefined ? undefined : await secret(config.password),
    timeoutMs: config.timeoutMs,
    tls:
      tls === undefined
        ? undefined
        : {
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
  };
  const [first] = addresses;
  if (first === undefined) throw new Error(`a store of kind ${kind} has an address`);
  if (kind === 'redis') return { ...access, host: first.host, port: first.port };
  if (kind === 'cluster') return { ...access, kind, nodes: addresses };
  if (primaryName === undefined) throw new Error('a store of kind sentinel has a primaryName');
  return { ...access, kind, nodes: addresses, primaryName };
}
