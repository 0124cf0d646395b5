/** Locks in Redis: few, all of them read with every standing. */
import { stops } from '../lock-stops.ts';
import type { Lock } from '../records.ts';
import { liftedKeptMs, lockChangeKeptMs, lockMetKeptMs } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Calls } from './calls.ts';
import { draftArguments, emitted } from './drafts.ts';
import { operationsLua, operationsOf } from './operation-rows.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';
import { locksOf } from './standing.ts';

/** ARGV from 3: id, mac and record, events. What it meets stays beside it as rows of the books, with their seals. */
const lockScript = changing(
  'lock',
  `${operationsLua}
redis.call('HDEL', k('locks'), ARGV[3]) -- a Redis that is full lets a script go on that has begun by freeing
redis.call('HSET', k('locks'), ARGV[3], ARGV[4])
local seqs = emit(5)
redis.call('SET', k('locks-at'), seqs[1], 'PX', ${lockChangeKeptMs})
local met = moving()
redis.call('SET', k('lock-met:' .. ARGV[3]), cjson.encode({ seq = seqs[1], met = met }), 'PX', ${lockMetKeptMs})
return { int(now), 'done', seqs, met }
`,
);

/** ARGV from 3: id, events. */
const liftScript = changing(
  'lift',
  `
if redis.call('HDEL', k('locks'), ARGV[3]) == 0 then return { int(now), 'unknown' } end
redis.call('SET', k('lifted:' .. ARGV[3]), int(now), 'PX', ${liftedKeptMs})
local seqs = emit(4)
redis.call('SET', k('locks-at'), seqs[1], 'PX', ${lockChangeKeptMs})
return { int(now), 'done', seqs }
`,
);

/** ARGV from 1: id. */
const metScript = reading(
  'lock met',
  `
local kept = redis.call('GET', k('lock-met:' .. ARGV[1]))
if not kept then return { int(now) } end
local of = cjson.decode(kept)
return { int(now), redis.call('HEXISTS', k('outbox'), of.seq), of.met }
`,
);

const listScript = reading('locks', `return { int(now), redis.call('HGETALL', k('locks')) }`);

export function redisLocks(
  connection: Calls,
  sealer: Sealer,
  node: string,
): Pick<Store, 'lock' | 'locks' | 'lockMet' | 'lift'> {
  const locks: Store['locks'] = async () => {
    const [time, fields] = await connection.read(listScript, []);
    return locksOf(fields, sealer, Number(time));
  };
  const change = (lock: Lock) => ({
    kind: 'lock' as const,
    id: lock.id,
    ...(lock.on.kind === 'principal' && { principalId: lock.on.principalId }),
  });

  const stopped = (lock: Lock, rows: unknown, at: number) =>
    operationsOf(rows, sealer)
      .filter(({ state }) => stops(lock, state.operation, at))
      .map(({ state }) => state);

  return {
    async lock(lock, event) {
      const [json, mac] = sealer.seal('lock', lock.id, lock);
      const drafts = draftArguments([event], change(lock));
      const answer = await connection.change(lockScript, node, [lock.id, `${mac} ${json}`, ...drafts]);
      const now = Number(answer[0]);
      return {
        value: { lock, touched: stopped(lock, answer[3], now) },
        events: emitted([event], answer[2], now),
      };
    },
    locks,
    async lockMet(id) {
      const lock = (await locks()).find((standing) => standing.id === id);
      if (lock === undefined) return undefined;
      const [, waits, rows] = await connection.read(metScript, [id]);
      if (rows === undefined) return undefined;
      return { touched: stopped(lock, rows, lock.createdAt), recorded: Number(waits) === 0 };
    },
    async lift(id, event) {
      const lock = (await locks()).find((standing) => standing.id === id);
      if (lock === undefined) return { value: undefined, events: [] };
      const answer = await connection.change(liftScript, node, [
        id,
        ...draftArguments([event], change(lock)),
      ]);
      if (answer[1] !== 'done') return { value: undefined, events: [] };
      return { value: lock, events: emitted([event], answer[2], Number(answer[0])) };
    },
  };
}
