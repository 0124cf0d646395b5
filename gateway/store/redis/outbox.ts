/** Ends and the outbox in Redis. */
import { expiredEvent, lapsedEvent } from '../end-events.ts';
import type { ElevationRequest, Grant } from '../records.ts';
import { lapsed } from '../request-lapse.ts';
import { claimMs, takenAtMost } from '../spans.ts';
import type { EventDraft, OutboxEvent, Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { draftArguments, emitted } from './drafts.ts';
import { requestArguments, requestLua } from './requests.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** What has ended and not been told: grants with their last record, requests with theirs. */
const endedScript = reading(
  'ended',
  `
local grants, requests = {}, {}
for i, id in ipairs(redis.call('ZRANGEBYSCORE', k('open-grants'), '-inf', int(now), 'LIMIT', 0, ${takenAtMost})) do
  local row = redis.call('HMGET', k('past:' .. id), 'record', 'mac')
  grants[i] = { id, row[1] or '', row[2] or '' }
end
for i, id in ipairs(redis.call('ZRANGEBYSCORE', k('pending'), '-inf', int(now), 'LIMIT', 0, ${takenAtMost} - #grants)) do
  local row = redis.call('HMGET', k('request:' .. id), 'record', 'mac')
  requests[i] = { id, row[1] or '', row[2] or '' }
end
return { int(now), grants, requests }
`,
);

/** ARGV from 3: id, events. Whoever takes the id out of the index tells of its end; an extension has put it further on. */
const expireScript = changing(
  'expire',
  `
local ends = redis.call('ZSCORE', k('open-grants'), ARGV[3])
if not ends or tonumber(ends) > now then return { int(now), 'gone' } end
redis.call('ZREM', k('open-grants'), ARGV[3])
return { int(now), 'done', emit(4) }
`,
);

/** ARGV from 3: request (9), events. */
const lapseScript = changing(
  'lapse',
  `${requestLua}
local row = redis.call('HMGET', k('request:' .. ARGV[3]), 'state', 'decide-by')
if row[1] ~= 'pending' or tonumber(row[2]) > now then return { int(now), 'gone' } end
local seqs = emit(12)
keep(3)
return { int(now), 'done', seqs }
`,
);

/** ARGV from 3: id. A request whose record is gone or forged only leaves the index. */
const forgetScript = changing(
  'forget request',
  `for _, index in ipairs({ 'pending', 'pending-critical' }) do redis.call('ZREM', k(index), ARGV[3]) end return { int(now), 'done' }`,
);

const adoptScript = changing(
  'adopt',
  `
local rows = {}
for _, seq in ipairs(redis.call('ZRANGEBYSCORE', k('outbox-claims'), '-inf', int(now), 'LIMIT', 0, ${takenAtMost})) do
  local event = redis.call('HGET', k('outbox'), seq)
  if event then
    rows[#rows + 1] = { event, redis.call('HGET', k('outbox-node'), seq) or '' }
    redis.call('HSET', k('outbox-node'), seq, ARGV[2])
    redis.call('ZADD', k('outbox-claims'), now + ${claimMs}, seq)
  else
    redis.call('ZREM', k('outbox-claims'), seq)
  end
end
return { int(now), 'done', rows }
`,
);

/** ARGV from 3: numbers. A grant counts from here on, so it is told of again. */
const acknowledgeScript = changing(
  'acknowledge',
  `
for i = 3, #ARGV do
  local seq = ARGV[i]
  local again = redis.call('HGET', k('outbox-again'), seq)
  if redis.call('HDEL', k('outbox'), seq) == 1 and again then
    redis.call('PUBLISH', k('changes'), '{"seq":' .. seq .. ',' .. again)
  end
  redis.call('HDEL', k('outbox-node'), seq)
  redis.call('HDEL', k('outbox-again'), seq)
  redis.call('ZREM', k('outbox-claims'), seq)
end
return { int(now), 'done' }
`,
);

export function redisOutbox(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'claimEnds' | 'adoptOutbox' | 'acknowledge'> {
  const claimed = async (
    script: typeof expireScript,
    args: readonly string[],
    drafts: readonly EventDraft[],
  ): Promise<readonly OutboxEvent[]> => {
    const answer = await connection.change(script, node, args);
    return answer[1] === 'done' ? emitted(drafts, answer[2], Number(answer[0])) : [];
  };

  return {
    async claimEnds() {
      const [, grants, requests] = await connection.read(endedScript, []);
      const expired = (grants as string[][]).map(([id = '', json, mac]) => {
        const grant = sealer.open<Grant>('grant', id, json, mac);
        const drafts = [expiredEvent(id, grant)];
        const about = {
          kind: 'grant' as const,
          id,
          ...(grant === undefined ? {} : { principalId: grant.principalId }),
        };
        return claimed(expireScript, [id, ...draftArguments(drafts, about)], drafts);
      });
      const undecided = (requests as string[][]).map(async ([id = '', json, mac]) => {
        const request = sealer.open<ElevationRequest>('request', id, json, mac);
        if (request === undefined) {
          await connection.change(forgetScript, node, [id]);
          return [];
        }
        const next = lapsed(request);
        const drafts = [lapsedEvent(id, next)];
        const about = { kind: 'request' as const, id, principalId: request.principalId };
        return await claimed(
          lapseScript,
          [...requestArguments(next, sealer), ...draftArguments(drafts, about)],
          drafts,
        );
      });
      return (await Promise.all([...expired, ...undecided])).flat();
    },

    async adoptOutbox() {
      const [, , rows] = await connection.change(adoptScript, node, []);
      return (rows as string[][]).map(([json = '', from = '']) => {
        const { seq, at, type, body } = JSON.parse(json) as OutboxEvent;
        return { seq, at, type, body, ...(from === node ? {} : { adoptedFrom: from }) };
      });
    },

    async acknowledge(seqs) {
      if (seqs.length > 0) await connection.change(acknowledgeScript, node, seqs.map(String));
    },
  };
}
