/** A real primary with a replica, and three sentinels that agree which of them it is. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import type { SentinelAddress } from '../../gateway/store/redis/address.ts';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { startProgram, untilListening } from './program.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface SentinelSetup {
  readonly first: RedisServer;
  readonly second: RedisServer;
  readonly sentinelPorts: readonly number[];
  /** As the minimal user. */
  readonly address: SentinelAddress;
  /** Has the sentinels make the other server the primary, as an operator would; resolves when all say so. */
  failover(): Promise<void>;
  /** Resolves when all sentinels name the server at this port. */
  untilPrimary(port: number): Promise<void>;
  /** Resolves when the second holds all that the first does. */
  untilInStep(): Promise<void>;
}

const name = 'grants';

/** @param downAfterMs how long a silent server counts as up */
export async function startSentinels(test: Ending, downAfterMs = 1_000): Promise<SentinelSetup> {
  const passwords = { adminPassword: 'admin-password-of-the-test', password: 'password-of-the-test' };
  const follow = ['--masteruser', 'admin', '--masterauth', passwords.adminPassword];
  const quick = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
  const first = await startRedis(test, [...follow, ...quick], passwords);
  const second = await startRedis(
    test,
    [...follow, ...quick, '--replicaof', `127.0.0.1 ${first.port}`],
    passwords,
  );
  const untilInStep = async (): Promise<void> => {
    for (;;) {
      const [, offset] = (await first.admin('ROLE')) as [string, number];
      const [kind, , , state, theirs] = (await second.admin('ROLE')) as [
        string,
        string,
        number,
        string,
        number,
      ];
      if (kind === 'slave' && state === 'connected' && theirs >= offset) return;
      await delay(20);
    }
  };
  await untilInStep();

  const directory = await temporaryDirectory(test);
  const sentinelPorts = await Promise.all([1, 2, 3].map(() => freePort()));
  for (const port of sentinelPorts) {
    const file = join(directory, `${port}.conf`);
    await writeFile(
      file,
      `port ${port}
bind 127.0.0.1
sentinel monitor ${name} 127.0.0.1 ${first.port} 2
sentinel auth-user ${name} admin
sentinel auth-pass ${name} ${passwords.adminPassword}
sentinel down-after-milliseconds ${name} ${downAfterMs}
sentinel failover-timeout ${name} 4000
`,
    );
    const program = startProgram(test, 'redis-server', [file, '--sentinel', '--dir', directory]);
    await untilListening(program, { host: '127.0.0.1', port });
  }
  // A failover needs sentinels that know each other and the replica.
  for (const port of sentinelPorts)
    for (;;) {
      const flat = (await asked(port, 'SENTINEL', 'MASTER', name)) as string[];
      const field = (wanted: string) => flat[flat.indexOf(wanted) + 1];
      if (field('num-other-sentinels') === '2' && field('num-slaves') === '1') break;
      await delay(50);
    }
  const untilPrimary = async (wanted: number): Promise<void> => {
    for (const port of sentinelPorts)
      for (;;) {
        const [, said] = (await asked(port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as [string, string];
        if (Number(said) === wanted) break;
        await delay(50);
      }
  };

  return {
    first,
    second,
    sentinelPorts,
    address: {
      kind: 'sentinel',
      nodes: sentinelPorts.map((port) => ({ host: '127.0.0.1', port })),
      primaryName: name,
      username: first.username,
      password: first.password,
      tls: undefined,
      timeoutMs: 2_000,
    },
    async failover() {
      await asked(sentinelPorts[0] ?? 0, 'SENTINEL', 'FAILOVER', name);
      await untilPrimary(second.port);
    },
    untilPrimary,
    untilInStep,
  };
}

async function asked(port: number, ...command: string[]): Promise<unknown> {
  const client = createClient({ socket: { host: '127.0.0.1', port }, RESP: 2 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
