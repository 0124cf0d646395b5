/** What may move and what may pass, in Redis: entering the books, and the gate. */
import { keptPassage } from '../passage.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { RedisConnection } from './connection.ts';
import { operationsLua, passageOf } from './operation-rows.ts';
import { changing } from './script.ts';
import type { Sealer } from './seal.ts';

/**
 * Lua: `stands(id, seq)` when a grant is live and no change to it is later than `seq`; of an extension whose event still waits
 * in the outbox the former end counts (see `grant-state.ts`). `unlocked(seq)` when no lock was made or lifted after `seq`.
 */
const unchangedLua = `
local function stands(id, seq)
  local live = redis.call('HMGET', k('grant:' .. id), 'record', 'seq', 'prior')
  if not live[1] or tonumber(live[2]) > seq then return false end
  local record = live[1]
  if redis.call('HEXISTS', k('outbox'), live[2]) == 1 then record = live[3] end
  return record and cjson.decode(record).endsAt > now
end
local function unlocked(seq)
  return tonumber(redis.call('GET', k('locks-at')) or '0') <= seq
end
`;

/**
 * ARGV from 3: id, mac and record, seq, `first` or `again`, grants. An operation that moves keeps its mark; one that stood
 * still begins anew; one that is another node's, or off the books, does not come back.
 */
const enterScript = changing(
  'enter',
  `${operationsLua}${unchangedLua}
local id, seq = ARGV[3], tonumber(ARGV[5])
local of = owner(id)
if of and of ~= ARGV[2] or not of and ARGV[6] == 'again' then return { int(now), 'gone' } end
if #ARGV < 7 or not unlocked(seq) then return { int(now), 'moved' } end
for i = 7, #ARGV do
  if not stands(ARGV[i], seq) then return { int(now), 'moved' } end
end
if redis.call('HGET', k('operation-state'), id) ~= 'moving' then redis.call('HDEL', k('operation-passed'), id) end
redis.call('HSET', k('operations'), id, ARGV[4])
redis.call('HSET', k('operation-state'), id, 'moving')
redis.call('HSET', k('operation-node'), id, ARGV[2])
redis.call('HSET', k('nodes'), ARGV[2], int(now))
last()
if not of then tell(id) end
return { int(now), 'entered' }
`,
);

/** ARGV from 3: id, seq, mac and passage, hash and end of the credential or two empty ones, then each grant and its end. */
const gateScript = changing(
  'pass gate',
  `${operationsLua}${unchangedLua}
local id, seq = ARGV[3], tonumber(ARGV[4])
if owner(id) ~= ARGV[2] then return { int(now), 'gone' } end
local mark = redis.call('HGET', k('operation-passed'), id)
if mark and string.match(mark, '^%d+ %d+ (.*)$') == ARGV[5] then return { int(now), 'passed', mark } end
if redis.call('HGET', k('operation-state'), id) ~= 'moving' or redis.call('HEXISTS', k('operation-cut'), id) == 1 then return { int(now), 'moved' } end
if #ARGV < 9 or not unlocked(seq) then return { int(now), 'moved' } end
if ARGV[6] ~= '' and redis.call('EXISTS', k('credential:' .. ARGV[6])) == 0 then
  -- One that merely reached its own end took nothing away from what was begun with it.
  local early = redis.call('EXISTS', k('credential-end:' .. ARGV[6])) == 1 or tonumber(ARGV[7]) > now
  if early then return { int(now), 'moved' } end
end
for i = 8, #ARGV, 2 do
  if tonumber(ARGV[i + 1]) <= now or not stands(ARGV[i], seq) then return { int(now), 'moved' } end
end
mark = int(redis.call('INCR', k('seq'))) .. ' ' .. int(now) .. ' ' .. ARGV[5]
redis.call('HSET', k('operation-passed'), id, mark)
last()
return { int(now), 'passed', mark }
`,
);

export function redisGate(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'enter' | 'passGate'> {
  return {
    async enter(operation, seq, how) {
      const [json, mac] = sealer.seal('operation', operation.id, operation);
      const answer = await connection.change(enterScript, node, [
        operation.id,
        `${mac} ${json}`,
        String(seq),
        how,
        ...operation.grantIds,
      ]);
      return answer[1] as Awaited<ReturnType<Store['enter']>>;
    },

    async passGate(passage) {
      const { operationId, credential, grants, decidedAt } = passage;
      const [json, mac] = sealer.seal('passage', operationId, keptPassage(passage));
      const answer = await connection.change(gateScript, node, [
        operationId,
        String(decidedAt),
        `${mac} ${json}`,
        credential?.hash ?? '',
        String(credential?.endsAt ?? ''),
        ...grants.flatMap(({ id, endsAt }) => [id, String(endsAt)]),
      ]);
      if (answer[1] !== 'passed') return { kind: answer[1] === 'gone' ? 'gone' : 'moved' };
      const mark = passageOf(String(answer[2]), operationId, sealer);
      if (mark === undefined)
        throw new StoreError(
          'STORE_TAMPERED',
          `the mark of operation ${operationId} is not the one just made`,
        );
      return { kind: 'passed', passed: mark.passed };
    },
  };
}
