/** A real Redis cluster on free ports. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterAddress } from '../../gateway/store/redis/address.ts';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { type RedisServer, startRedis } from './redis.ts';

export interface ClusterSetup {
  /** Primaries in the order of their slots. */
  readonly shards: readonly RedisServer[];
  /** The one that holds what lies under the tag. */
  readonly owner: RedisServer;
  /** As the minimal user. */
  readonly address: ClusterAddress;
  /** Adds a replica of the owner and resolves when it has caught up. */
  follow(): Promise<RedisServer>;
}

const slots = 16_384;

export async function startCluster(test: Ending, shardCount: number): Promise<ClusterSetup> {
  const passwords = { adminPassword: 'admin-password-of-the-test', password: 'password-of-the-test' };
  const start = async () => {
    const busPort = await freePort();
    const server = await startRedis(
      test,
      [
        ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '1500'],
        ...['--masteruser', 'admin', '--masterauth', passwords.adminPassword],
        ...['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
      ],
      passwords,
    );
    return { server, busPort };
  };
  const nodes: Awaited<ReturnType<typeof start>>[] = [];
  for (let shard = 0; shard < shardCount; shard += 1) {
    const node = await start();
    nodes.push(node);
    const [from, to] = [shard, shard + 1].map((at) => Math.floor((at * slots) / shardCount));
    await node.server.admin('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1));
  }
  const shards = nodes.map(({ server }) => server);
  const [head] = nodes;
  if (head === undefined) throw new Error('a cluster has a node');
  const meet = (server: RedisServer) =>
    server.admin('CLUSTER', 'MEET', '127.0.0.1', String(head.server.port), String(head.busPort));
  for (const [at, { server }] of nodes.entries()) {
    if (at === 0) continue;
    await server.admin('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
    await meet(server);
  }
  for (const server of shards) await untilWhole(server, shardCount);

  const slot = Number(await head.server.admin('CLUSTER', 'KEYSLOT', '{sluice}'));
  const owner = shards[Math.floor(((slot + 1) * shardCount - 1) / slots)];
  if (owner === undefined) throw new Error('every slot has an owner');
  return {
    shards,
    owner,
    address: {
      kind: 'cluster',
      nodes: shards.map(({ port }) => ({ host: '127.0.0.1', port })),
      username: owner.username,
      password: owner.password,
      tls: undefined,
      timeoutMs: 2_000,
    },
    async follow() {
      const { server } = await start();
      await meet(server);
      await untilWhole(server, shardCount + 1);
      await server.admin('CLUSTER', 'REPLICATE', String(await owner.admin('CLUSTER', 'MYID')));
      for (;;) {
        const [kind, , , state] = (await server.admin('ROLE')) as string[];
        if (kind === 'slave' && state === 'connected') return server;
        await delay(50);
      }
    },
  };
}

async function untilWhole(server: RedisServer, nodes: number): Promise<void> {
  for (;;) {
    const info = String(await server.admin('CLUSTER', 'INFO'));
    const known = Number(/cluster_known_nodes:(\d+)/.exec(info)?.[1]);
    if (info.includes('cluster_state:ok') && known >= nodes) return;
    await delay(50);
  }
}
