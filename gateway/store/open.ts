/** Opens the store that the configuration names. */
import { readFile } from 'node:fs/promises';
import type { RedisStoreConfig, StoreConfig } from '../../config/schema.ts';
import type { SecretSource } from '../../config/secrets.ts';
import { memoryStore } from './memory-store.ts';
import type { RedisAddress } from './redis/connection.ts';
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
}

export async function openStore(config: StoreConfig, needs: StoreNeeds): Promise<Store> {
  switch (config.kind) {
    case 'memory':
      return memoryStore({ nodeId: needs.nodeId });
    case 'redis':
      return await openRedisStore({
        ...needs,
        address: await redisAddress(config, needs.secret),
        integrityKey: await needs.integrityKey(config.integrityKey),
      });
    case 'sentinel':
    case 'cluster':
      throw new Error(`store kind ${config.kind} is not served yet`);
  }
}

/** Where and as whom a Redis is reached. */
export async function redisAddress(
  config: RedisStoreConfig,
  secret: StoreNeeds['secret'],
): Promise<RedisAddress> {
  const [first] = config.addresses;
  if (first === undefined) throw new Error('a store of kind redis has one address');
  const { tls } = config;
  const read = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : await readFile(file, 'utf8');
  const [ca, cert, key] = await Promise.all([
    read(tls?.caFile),
    read(tls?.certificateFile),
    read(tls?.keyFile),
  ]);
  return {
    host: first.host,
    port: first.port,
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
}
