/** The store in the Redis that every node shares: one server, one with replicas, or a cluster. */
import type { Journal } from '../journal.ts';
import type { Change, Store } from '../store.ts';
import type { StoreAddress } from './address.ts';
import type { Step } from './calls.ts';
import { openConnection } from './connection.ts';
import { redisCredentials } from './credentials.ts';
import { redisCuts } from './cuts.ts';
import { redisGate } from './gate.ts';
import { redisGrantWalk } from './grant-walk.ts';
import { redisGrants } from './grants.ts';
import { createGuard, type GuardNeeds } from './guard.ts';
import { redisHeads } from './heads.ts';
import { type Finding, inspectRedis } from './inspect.ts';
import { redisKeyLinks } from './key-links.ts';
import { redisLocks } from './locks.ts';
import { redisOperations } from './operations.ts';
import { redisOutbox } from './outbox.ts';
import { redisPeople } from './people.ts';
import { redisRefreshes } from './refreshes.ts';
import { remembering } from './remembering.ts';
import { redisReports } from './reports.ts';
import { redisRequestWalk } from './request-walk.ts';
import { redisRequests } from './requests.ts';
import { createSealer } from './seal.ts';
import { redisSharedEntries } from './shared-entries.ts';
import { redisSignIns } from './sign-ins.ts';
import { redisStanding } from './standing.ts';

export interface RedisStoreOptions {
  readonly address: StoreAddress;
  readonly nodeId: string;
  /** 32 bytes, the same on every node, and nowhere in Redis. */
  readonly integrityKey: Buffer;
  readonly onTampered: (what: string) => void;
  readonly onTrouble: (error: unknown) => void;
  /** What was found of Redis' own settings, once it is open. */
  readonly onFinding?: (finding: Finding) => void;
  readonly step?: Step;
  /** What this node remembers; without it no store is doubted, none is marked, and nothing is done again. */
  readonly journal?: Journal;
  readonly onAlarm?: GuardNeeds['onAlarm'];
}

/** Opens it; rejects with a `StoreError` when Redis cannot be reached. */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { address, nodeId, integrityKey, onTampered, onTrouble, step, journal } = options;
  const onAlarm = options.onAlarm ?? (() => undefined);
  const sealer = createSealer(integrityKey, onTampered);
  const guard = journal && createGuard({ journal, sealer, nodeId, onAlarm });
  const connection = await openConnection(address, onTrouble, { step, guard });
  if (options.onFinding !== undefined)
    for (const finding of await inspectRedis(connection)) options.onFinding(finding);
  const store: Store = {
    ...redisStanding(connection, sealer, nodeId),
    ...redisPeople(connection, sealer, nodeId),
    ...redisCredentials(connection, sealer, nodeId),
    ...redisSignIns(connection, sealer, nodeId),
    ...redisKeyLinks(connection, sealer, nodeId),
    ...redisRefreshes(connection, sealer, nodeId),
    ...redisRequests(connection, sealer, nodeId),
    ...redisRequestWalk(connection, sealer),
    ...redisGrants(connection, sealer, nodeId),
    ...redisGrantWalk(connection, sealer),
    ...redisLocks(connection, sealer, nodeId),
    ...redisGate(connection, sealer, nodeId),
    ...redisOperations(connection, sealer, nodeId),
    ...redisCuts(connection, sealer, nodeId),
    ...redisOutbox(connection, sealer, nodeId),
    ...redisHeads(connection, sealer, nodeId),
    ...redisSharedEntries(connection, sealer, nodeId),
    ...redisReports(connection, sealer, nodeId),
    onChange: (listener) => connection.onMessage((message) => listener(changeOf(message))),
    close: () => connection.close(),
  };
  return journal === undefined ? store : remembering(store, { journal, connection, onAlarm, onTrouble });
}

/** A message that is none of ours makes the node read everything again. */
function changeOf(message: string | undefined): Change | undefined {
  if (message === undefined) return undefined;
  try {
    const { seq, kind, id, principalId } = JSON.parse(message) as Change;
    return { seq, kind, id, ...(principalId === undefined ? {} : { principalId }) };
  } catch {
    return undefined;
  }
}
