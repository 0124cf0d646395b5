import { once } from 'node:events';
import t, { type Test } from 'tap';
import type { ChainHead } from '../gateway/audit/checkpoint.ts';
import { keepHeads, mustNotBeBehind } from '../gateway/audit-heads.ts';
import { prefix } from '../gateway/store/redis/script.ts';
import type { Store } from '../gateway/store/store.ts';
import { startRedis } from './servers/redis.ts';
import { openNode } from './store/trouble/ground.ts';

const chain = 'A-AAAAAAAAAAAAAAAA';
const headAt = (seq: number): ChainHead => ({ chain, seq, hash: String(seq % 10).repeat(64) });
const everyMs = 20;
/** Files that have not kept the entry that is asked for. */
const noHashes = async (): Promise<string | undefined> => undefined;

/** Looks again until the store says so; the test's own limit ends it otherwise. */
async function until(store: Store, seq: number): Promise<void> {
  for (;;) {
    const heads = await store.heads().catch(() => []);
    if (heads.some((head) => head.seq === seq)) return;
    await new Promise(setImmediate);
  }
}

async function aStore(t: Test) {
  const redis = await startRedis(t);
  const { store } = await openNode(t, redis.address, 'a');
  return { redis, store };
}

void t.test('a head that moved while the store was away is told once it is back', async (t) => {
  const { redis, store } = await aStore(t);
  let seq = 1;
  let failed = (): void => undefined;
  const trouble = new Promise<void>((resolve) => {
    failed = resolve;
  });
  const heads = keepHeads(store, () => headAt(seq), failed, undefined, everyMs);
  t.teardown(() => heads.stop());
  await until(store, 1);
  const died = once(redis.process, 'close');
  redis.process.kill('SIGKILL');
  await died;
  seq = 2;
  await trouble;
  seq = 3;
  await redis.restart();
  await until(store, 3);
});

void t.test('what could not be compared with a lost store is compared once it is back', async (t) => {
  const { redis, store } = await aStore(t);
  await store.keepHead(headAt(9));
  const held = (await redis.admin('HGET', `${prefix}locks`, 'generation')) as string;
  await redis.admin('HDEL', `${prefix}locks`, 'generation');
  t.strictSame(await mustNotBeBehind(store, headAt(5), undefined, noHashes), { kind: 'not-compared' });

  for (const [head, expected] of [
    [headAt(5), /end with entry 5, and the store knows entry 9/],
    [headAt(9), undefined],
  ] as const) {
    await redis.admin('HDEL', `${prefix}locks`, 'generation');
    let failed = (): void => undefined;
    const trouble = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const compared = new Promise<string | undefined>((resolve) => {
      const left = {
        head,
        hashAt: noHashes,
        onCompared(behind: string | undefined) {
          resolve(behind);
          return behind === undefined;
        },
      };
      const heads = keepHeads(store, () => headAt(9), failed, left, everyMs);
      t.teardown(() => heads.stop());
    });
    await trouble;
    await redis.admin('HSET', `${prefix}locks`, 'generation', held);
    if (expected === undefined) t.equal(await compared, undefined);
    else t.match(await compared, expected);
  }
});

void t.test('a store that has it all lets a node start, one that has more does not', async (t) => {
  const { store } = await aStore(t);
  t.strictSame(await mustNotBeBehind(store, headAt(5), undefined, noHashes), { kind: 'not-behind' });
  await store.keepHead(headAt(5));
  t.strictSame(await mustNotBeBehind(store, headAt(5), undefined, noHashes), { kind: 'not-behind' });
  await t.rejects(mustNotBeBehind(store, headAt(4), undefined, noHashes), { code: 'AUDIT_ROLLED_BACK' });
  t.match(await mustNotBeBehind(store, headAt(4), `${chain}:4`, noHashes), { kind: 'accepted' });
});

void t.test(
  'files that went on from an older state are found by the entry that the store knows',
  async (t) => {
    const { store } = await aStore(t);
    await store.keepHead(headAt(5));
    const asKnown = async (seq: number) => headAt(seq).hash;
    const another = async () => 'f'.repeat(64);
    t.strictSame(await mustNotBeBehind(store, headAt(8), undefined, asKnown), { kind: 'not-behind' });
    await t.rejects(mustNotBeBehind(store, headAt(8), undefined, another), {
      code: 'AUDIT_ROLLED_BACK',
      message: /have entry 5 as ffff.*, and the store knows entry 5 of it \(5555/,
    });
    t.match(await mustNotBeBehind(store, headAt(8), `${chain}:8`, another), { kind: 'accepted' });
  },
);

void t.test('a node that may not go on tells the store nothing of its older files', async (t) => {
  const { store } = await aStore(t);
  await store.keepHead(headAt(9));
  let told = (): void => undefined;
  const compared = new Promise<void>((resolve) => {
    told = resolve;
  });
  const onCompared = () => {
    told();
    return false;
  };
  const left = { head: headAt(5), hashAt: noHashes, onCompared };
  const heads = keepHeads(
    store,
    () => headAt(6),
    (error) => t.fail(String(error)),
    left,
    everyMs,
  );
  await compared;
  await heads.stop();
  t.match(await store.heads(), [{ chain, seq: 9 }], 'not in its last round either');
});
