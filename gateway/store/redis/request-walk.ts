/** Requests in Redis along an order that stays. */
import type { ElevationRequest } from '../records.ts';
import { asItStands } from '../request-lapse.ts';
import { listLimit } from '../spans.ts';
import type { RequestPlace, RequestWalk, Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { reading } from './script.ts';
import type { Sealer } from './seal.ts';

/**
 * ARGV: index, `up` or `down`, how many, score and id to begin behind (empty at the begin), an index whose members are left out.
 * Answers with rows, and the last place that was looked at unless the end was reached. It goes on only while it has nothing to show.
 */
const walkScript = reading(
  'walk requests',
  `
local index, up, many = k(ARGV[1]), ARGV[2] == 'up', tonumber(ARGV[3])
local score, behind, out = ARGV[4], ARGV[5], ARGV[6]
local from, to = up and '-inf' or '+inf', up and '+inf' or '-inf'
if score ~= '' then from = score end
local rows, gone, last, passed, page = {}, {}, {}, 0, nil
repeat
  page = redis.call(up and 'ZRANGEBYSCORE' or 'ZREVRANGEBYSCORE', index, from, to, 'WITHSCORES', 'LIMIT', passed, many)
  for i = 1, #page, 2 do
    local id, at = page[i], page[i + 1]
    local seen = tonumber(at) == tonumber(score) and ((up and id <= behind) or (not up and id >= behind))
    if not seen then
      last = { at, id }
      if out == '' or not redis.call('ZSCORE', k(out), id) then
        local row = redis.call('HMGET', k('request:' .. id), 'record', 'mac')
        if row[1] then rows[#rows + 1] = { id, at, row[1], row[2] or '' } else gone[#gone + 1] = id end
      end
    end
  end
  passed = passed + many
until #rows > 0 or #page < 2 * many
for _, id in ipairs(gone) do redis.call('ZREM', index, id) end
if #page < 2 * many then last = {} end
return { int(now), rows, last }
`,
);

/** The verb that walks. */
export function redisRequestWalk(connection: RedisConnection, sealer: Sealer): Pick<Store, 'walkRequests'> {
  return {
    async walkRequests(walk, { behind, limit }) {
      const [time, rows, last] = await connection.read(walkScript, [
        indexOf(walk),
        walk.kind.startsWith('pending') ? 'up' : 'down',
        String(listLimit(limit)),
        behind === undefined ? '' : String(behind.at),
        behind?.id ?? '',
        walk.kind === 'pending-other' ? 'pending-critical' : '',
      ]);
      const met = (rows as string[][]).flatMap(([id = '', at, json, mac]) => {
        const request = sealer.open<ElevationRequest>('request', id, json, mac);
        return request === undefined
          ? []
          : [{ place: { at: Number(at), id }, request: asItStands(request, Number(time)) }];
      });
      return { met, last: placeOf(last as string[]) };
    },
  };
}

function indexOf(walk: RequestWalk): string {
  switch (walk.kind) {
    case 'all':
      return 'requests';
    case 'of':
      return `requests-of:${walk.principalId}`;
    case 'pending-critical':
      return 'pending-critical';
    case 'pending-other':
      return 'pending';
  }
}

function placeOf([at, id]: readonly string[]): RequestPlace | undefined {
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
