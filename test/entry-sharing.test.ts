import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { parseLine } from '../gateway/audit/line.ts';
import type { AuditLogOptions } from '../gateway/audit/log.ts';
import { shareEntries } from '../gateway/entry-sharing.ts';
import { openRedisStore } from '../gateway/store/redis/redis-store.ts';
import type { Store } from '../gateway/store/store.ts';
import { aLog, anAlarm, linesOf } from './audit/logs.ts';
import { type RedisServer, startRedis } from './servers/redis.ts';

t.setTimeout(120_000);

async function aStore(t: Test, redis: RedisServer): Promise<Store> {
  const store = await openRedisStore({
    address: { ...redis.address, timeoutMs: 500 },
    nodeId: 'a',
    integrityKey: randomBytes(32),
    onTampered: () => undefined,
    onTrouble: () => undefined,
  });
  t.teardown(() => store.close());
  return store;
}

/** A log whose entries are shared through a real Redis; `untilTo` resolves once they are, up to a number. */
async function shared(t: Test, store: Store, options: Partial<AuditLogOptions> = {}) {
  const { log, directory } = await aLog(t, options);
  const troubles: { message: string; cause?: unknown }[] = [];
  const sharing = shareEntries({
    store,
    audit: log,
    directory,
    onTrouble: (error) => troubles.push(error as Error),
  });
  t.teardown(() => sharing.stop());
  const all = async (): Promise<readonly { seq: number; line: string }[]> => {
    const found: { seq: number; line: string }[] = [];
    for (let from = 0; ; ) {
      const { entries, read } = await store.sharedEntries(log.chain, {
        from,
        to: Number.MAX_SAFE_INTEGER,
        first: 'oldest',
      });
      found.push(...entries);
      if (read === undefined) return found;
      from = read + 1;
    }
  };
  return {
    log,
    directory,
    sharing,
    troubles,
    all,
    async untilTo(seq: number) {
      for (;;) {
        const chains = await store.sharedChains().catch(() => []);
        if (chains.some(({ chain, toSeq }) => chain === log.chain && toSeq >= seq)) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

void t.test('what is durable is shared as it stands in the files, over segments', async (t) => {
  const redis = await startRedis(t);
  const { log, directory, all, untilTo, troubles } = await shared(t, await aStore(t, redis), {
    segmentBytes: 8_192,
  });
  for (let i = 0; i < 300; i += 1) await log.append(anAlarm(i));
  await untilTo(log.head().seq);
  t.strictSame(
    (await all()).map(({ line }) => line),
    (await linesOf(directory)).slice(0, log.head().seq),
  );
  t.strictSame(troubles, []);
});

void t.test('a node that begins again shares what the one before it did not', async (t) => {
  const redis = await startRedis(t);
  const store = await aStore(t, redis);
  const first = await shared(t, store);
  await first.log.append(anAlarm(1));
  await first.untilTo(first.log.head().seq);
  await first.sharing.stop();
  for (let i = 0; i < 50; i += 1) await first.log.append(anAlarm(i));
  await first.log.close();

  const again = await shared(t, store, { directory: first.directory });
  await again.untilTo(again.log.head().seq);
  t.strictSame(
    (await again.all()).map(({ seq }) => seq),
    Array.from({ length: again.log.head().seq }, (_, i) => i + 1),
  );
});

void t.test('a store that is away holds no entry up, and has them all once it is back', async (t) => {
  const redis = await startRedis(t);
  const { log, all, untilTo, troubles } = await shared(t, await aStore(t, redis));
  await log.append(anAlarm(0));
  await untilTo(log.head().seq);
  redis.process.kill('SIGKILL');
  const startedAt = performance.now();
  for (let i = 0; i < 200; i += 1) await log.append(anAlarm(i));
  t.ok(performance.now() - startedAt < 5_000, 'appending waits for the disk alone');
  while (troubles.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await redis.restart();
  await untilTo(log.head().seq);
  t.strictSame(
    (await all()).map(({ seq }) => seq),
    Array.from({ length: log.head().seq }, (_, i) => i + 1),
  );
});

void t.test('a user who may not add to streams is told of, and everything else goes on', async (t) => {
  const redis = await startRedis(t);
  await redis.admin('ACL', 'SETUSER', redis.username, '-xadd');
  const store = await aStore(t, redis);
  const { log, troubles, untilTo } = await shared(t, store);
  await log.append(anAlarm(1));
  while (troubles.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.match(troubles, [{ message: /share audit entries/, cause: { message: /can't run this command/ } }]);
  await store.keepHead({ chain: log.chain, seq: 1, hash: '0'.repeat(64) });
  await redis.admin('ACL', 'SETUSER', redis.username, '+xadd');
  await untilTo(log.head().seq);
});

void t.test('an entry too long to be shared is missing, and those behind it are there', async (t) => {
  const redis = await startRedis(t);
  const { log, all, untilTo } = await shared(t, await aStore(t, redis));
  await log.append({
    ...anAlarm(1),
    message: 'x'.repeat(4_000),
    parts: Array(30).fill('y'.repeat(4_000)),
  } as never);
  const { seq } = await log.append(anAlarm(2));
  await untilTo(seq);
  const found = await all();
  t.strictSame(
    found.map((entry) => entry.seq),
    Array.from({ length: seq }, (_, i) => i + 1).filter((at) => at !== seq - 1),
  );
  t.equal(parseLine(Buffer.from(found.at(-1)?.line ?? '')).seq, seq);
});
