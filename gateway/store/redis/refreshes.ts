/** Refresh tokens in Redis: encrypted before they come here, one a person, taken by one node at a time. */
import type { KeptRefresh } from '../records.ts';
import { claimedRefreshesAtMost, principalKeptMs } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** Lua: `keepRefresh(at)` keeps what stands from `ARGV[at]` on: principal, version, record, mac, span until it is due. */
const keepLua = `
local function keepRefresh(at)
  local key = k('refresh:' .. ARGV[at])
  redis.call('HSET', key, 'version', ARGV[at + 1], 'record', ARGV[at + 2], 'mac', ARGV[at + 3])
  redis.call('PEXPIRE', key, ${principalKeptMs})
  redis.call('ZADD', k('refreshes'), now + tonumber(ARGV[at + 4]), ARGV[at])
  redis.call('PEXPIRE', k('refreshes'), ${principalKeptMs})
end
local function forgetRefresh(id)
  redis.call('DEL', k('refresh:' .. id))
  redis.call('ZREM', k('refreshes'), id)
end
`;

const keepScript = changing('keep refresh token', `${keepLua} keepRefresh(3) return { int(now), 'done' }`);

/** ARGV from 3: principal, version, then what replaces it, if anything. */
const replaceScript = changing(
  'replace refresh token',
  `${keepLua}
if redis.call('HGET', k('refresh:' .. ARGV[3]), 'version') ~= ARGV[4] then return { int(now), 'moved' } end
if ARGV[5] then keepRefresh(5) else forgetRefresh(ARGV[3]) end
return { int(now), 'done' }
`,
);

/** ARGV from 3: span of the claim. Of whom nothing lives any more, the token goes too. */
const claimScript = changing(
  'claim refresh tokens',
  `${keepLua}
local function lives(key)
  local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
  return last[2] and tonumber(last[2]) > now
end
local function holds(id)
  for _, grant in ipairs(redis.call('ZREVRANGE', k('grants-of:' .. id), 0, 99)) do
    if redis.call('EXISTS', k('grant:' .. grant)) == 1 then return true end
  end
  return false
end
local rows = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', k('refreshes'), '-inf', int(now), 'LIMIT', 0, ${claimedRefreshesAtMost})) do
  local row = redis.call('HMGET', k('refresh:' .. id), 'record', 'mac')
  if row[1] and (lives(k('sign-ins-of:' .. id)) or lives(k('credentials-of:' .. id)) or holds(id)) then
    redis.call('ZADD', k('refreshes'), now + tonumber(ARGV[3]), id)
    rows[#rows + 1] = { id, row[1], row[2] or '' }
  else
    forgetRefresh(id)
  end
end
return { int(now), 'done', rows }
`,
);

/** ARGV: principal. */
const findScript = reading(
  'refresh token',
  `
local row = redis.call('HMGET', k('refresh:' .. ARGV[1]), 'record', 'mac')
return { int(now), row[1] or '', row[2] or '' }
`,
);

export function redisRefreshes(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'keepRefresh' | 'refreshOf' | 'claimRefreshes' | 'replaceRefresh'> {
  const kept = (refresh: KeptRefresh, dueInMs: number): readonly string[] => {
    const { principalId, version } = refresh;
    return [
      principalId,
      version,
      ...sealer.seal('refresh', principalId, { ...refresh, id: principalId }),
      `${dueInMs}`,
    ];
  };
  const open = (id: string, json: unknown, mac: unknown): KeptRefresh | undefined => {
    const record = sealer.open<KeptRefresh & { id: string }>('refresh', id, json, mac);
    if (record === undefined) return undefined;
    const { id: _, ...refresh } = record;
    return refresh;
  };
  return {
    async keepRefresh(refresh, dueInMs) {
      await connection.change(keepScript, node, kept(refresh, dueInMs));
    },
    async refreshOf(principalId) {
      const [, json, mac] = await connection.read(findScript, [principalId]);
      return open(principalId, json, mac);
    },
    async claimRefreshes(spanMs) {
      const [, , rows] = await connection.change(claimScript, node, [String(spanMs)]);
      return (rows as string[][]).flatMap(([id = '', json, mac]) => open(id, json, mac) ?? []);
    },
    async replaceRefresh({ principalId, version }, next) {
      const replaced = next === undefined ? [] : kept(next.refresh, next.dueInMs);
      const answer = await connection.change(replaceScript, node, [principalId, version, ...replaced]);
      return answer[1] === 'done';
    },
  };
}
