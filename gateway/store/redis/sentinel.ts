/**
 * Which server is the primary, by the word of the sentinels.
 *
 * Not by node-redis' `createSentinel`: it leases, queues and retries commands of its own while it reconfigures, past our
 * deadlines; it believes the first sentinel that answers; and it gives no moment at which a new primary can be looked at
 * before it is used. What we need of sentinels is one question.
 */
import { addressText, type HostPort, type SentinelAddress } from './address.ts';
import { openClient, type RedisClient } from './client.ts';
import type { Primary } from './primary.ts';

/** The sentinels are asked this often whether the primary is still the same. `+switch-master` says no more, and can get lost. */
const askEveryMs = 1_000;

interface Said extends HostPort {
  readonly epoch: number;
}

export function sentinelPrimary(address: SentinelAddress): Primary {
  const { nodes, primaryName, timeoutMs } = address;
  const clients = new Map<string, Promise<RedisClient>>();
  let closed = false;

  const sentinel = (node: HostPort): Promise<RedisClient> => {
    const key = addressText(node);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const opening = openSentinel(node, address);
    clients.set(key, opening);
    const forget = (): void => {
      if (clients.get(key) === opening) clients.delete(key);
    };
    opening.then((client) => {
      if (closed) client.close();
      return client.ended.then(forget);
    }, forget);
    return opening;
  };
  const ask = async (node: HostPort): Promise<Said> => {
    const client = await sentinel(node);
    return primaryIn(await client.send(['SENTINEL', 'MASTER', primaryName]), node);
  };

  const find = async (): Promise<HostPort> => {
    const said = await settledWithin(nodes.map(ask), timeoutMs);
    // A sentinel that was cut off still names the old one; the newest failover has the highest epoch.
    const [newest] = said.heard.toSorted((a, b) => b.epoch - a.epoch);
    if (newest === undefined)
      throw new Error(`no sentinel says where ${primaryName} is (${nodes.map(addressText).join(', ')})`, {
        cause: said.failed[0],
      });
    return newest;
  };

  return {
    find,
    async verify(client) {
      const role = await client.send(['ROLE']);
      if (!Array.isArray(role) || role[0] !== 'master')
        throw new Error('the server that the sentinels name is no primary yet');
    },
    watch(from, onMoved) {
      let asking = false;
      const timer = setInterval(() => {
        if (asking) return;
        asking = true;
        find()
          .then(
            (to) => {
              if (to.host !== from.host || to.port !== from.port) onMoved(to);
            },
            // Sentinels that are away say nothing against a primary that answers.
            () => undefined,
          )
          .finally(() => {
            asking = false;
          });
      }, askEveryMs);
      return () => clearInterval(timer);
    },
    close() {
      closed = true;
      for (const opening of clients.values())
        opening.then(
          (client) => client.close(),
          () => undefined,
        );
    },
  };
}

/** Sentinels often stand without a password where the servers have one: only one that asks is given it. */
async function openSentinel(node: HostPort, address: SentinelAddress): Promise<RedisClient> {
  const { tls, timeoutMs } = address;
  const client = await openClient(node, { tls, timeoutMs });
  try {
    await client.send(['PING']);
    return client;
  } catch (error) {
    client.close();
    if (!(error instanceof Error && error.message.startsWith('NOAUTH'))) throw error;
    return await openClient(node, address);
  }
}

function primaryIn(answer: unknown, node: HostPort): Said {
  const flat = Array.isArray(answer) ? answer.map(String) : [];
  const field = (name: string): string | undefined => {
    const at = flat.findIndex((each, index) => index % 2 === 0 && each === name);
    return at < 0 ? undefined : flat[at + 1];
  };
  const [host, port, epoch] = [field('ip'), Number(field('port')), Number(field('config-epoch'))];
  if (host === undefined || host === '' || !Number.isInteger(port) || !Number.isInteger(epoch))
    throw new Error(`the sentinel at ${addressText(node)} does not say where the primary is`);
  return { host, port, epoch };
}

/** What was heard until all have answered, or the time is up. */
async function settledWithin<T>(
  asked: readonly Promise<T>[],
  ms: number,
): Promise<{ readonly heard: readonly T[]; readonly failed: readonly unknown[] }> {
  const heard: T[] = [];
  const failed: unknown[] = [];
  let timer: NodeJS.Timeout | undefined;
  const each = asked.map((one) =>
    one.then(
      (value) => void heard.push(value),
      (error: unknown) => void failed.push(error),
    ),
  );
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(each), late]).finally(() => clearTimeout(timer));
  return { heard: [...heard], failed };
}
