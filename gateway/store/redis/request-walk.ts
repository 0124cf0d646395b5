/** Requests in Redis along an order that stays. */
import type { ElevationRequest } from '../records.ts';
import { asItStands } from '../request-lapse.ts';
import { listLimit } from '../spans.ts';
import type { RequestWalk, Store } from '../store.ts';
import { isUpward } from '../walk-place.ts';
import type { RedisConnection } from './connection.ts';
import { reading } from './script.ts';
import type { Sealer } from './seal.ts';
import { placeArguments, placeOf, stretchLua } from './stretch.ts';

/**
 * ARGV: index, `up` or `down`, how many, score and id to begin behind (empty at the begin), an index whose members are left out.
 * Answers with rows, and the last place that was looked at unless the end was reached. It goes on only while it has nothing to show.
 */
const walkScript = reading(
  'walk requests',
  `${stretchLua}
local index, up, many, out = k(ARGV[1]), ARGV[2] == 'up', tonumber(ARGV[3]), ARGV[6]
local rows, gone = {}, {}
local last = stretch(index, up, many, ARGV[4], ARGV[5], function(id, at)
  if out ~= '' and redis.call('ZSCORE', k(out), id) then return false end
  local row = redis.call('HMGET', k('request:' .. id), 'record', 'mac')
  if row[1] then rows[#rows + 1] = { id, at, row[1], row[2] or '' } else gone[#gone + 1] = id end
  return row[1] ~= false
end)
for _, id in ipairs(gone) do redis.call('ZREM', index, id) end
return { int(now), rows, last }
`,
);

/** The verb that walks. */
export function redisRequestWalk(connection: RedisConnection, sealer: Sealer): Pick<Store, 'walkRequests'> {
  return {
    async walkRequests(walk, { behind, limit }) {
      const [time, rows, last] = await connection.read(walkScript, [
        indexOf(walk),
        isUpward(walk) ? 'up' : 'down',
        String(listLimit(limit)),
        ...placeArguments(behind),
        walk.kind === 'pending-other' ? 'pending-critical' : '',
      ]);
      const met = (rows as string[][]).flatMap(([id = '', at, json, mac]) => {
        const request = sealer.open<ElevationRequest>('request', id, json, mac);
        return request === undefined
          ? []
          : [{ place: { at: Number(at), id }, request: asItStands(request, Number(time)) }];
      });
      return { met, last: placeOf(last) };
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
