/** Grants in Redis along an order that stays. */
import { standingOf } from '../grant-state.ts';
import { listLimit } from '../spans.ts';
import type { GrantWalk, Store } from '../store.ts';
import type { Calls } from './calls.ts';
import { keptGrant, keptLua } from './kept.ts';
import { reading } from './script.ts';
import type { Sealer } from './seal.ts';
import { placeArguments, placeOf, stretchLua } from './stretch.ts';

/**
 * ARGV: index, how many, score and id to begin behind (empty at the begin), and what a record holds that is looked for, or
 * nothing. Of those that are open none is met that ended: `open-grants` has them until a node tells of their end. Ids whose record
 * is gone leave the other indexes; however many they are, no call looks at more than it was asked for.
 */
const walkScript = reading(
  'walk grants',
  `${keptLua}${stretchLua}
local open, many, score, behind, wanted = ARGV[1] == 'open-grants', tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
if open and (score == '' or tonumber(score) < now) then score, behind = int(now), '~' end
local rows, gone = {}, {}
local last = stretch(k(ARGV[1]), open, many, score, behind, function(id, at)
  local record = wanted ~= '' and redis.call('HGET', k('past:' .. id), 'record')
  if record and not string.find(record, wanted, 1, true) then return true end
  local row = kept(id)
  if row then rows[#rows + 1] = { at, row } else gone[#gone + 1] = id end
  return true
end)
if not open then for _, id in ipairs(gone) do redis.call('ZREM', k(ARGV[1]), id) end end
return { int(now), rows, last }
`,
);

/** The verb that walks. */
export function redisGrantWalk(connection: Calls, sealer: Sealer): Pick<Store, 'walkGrants'> {
  return {
    async walkGrants(walk, { behind, repository, limit }) {
      const [time, rows, last] = await connection.read(walkScript, [
        indexOf(walk),
        String(listLimit(limit)),
        ...placeArguments(behind),
        // As JSON writes it; no other text of a record can hold an unescaped quote.
        repository === undefined ? '' : `"repository":${JSON.stringify(repository)}`,
      ]);
      const met = (rows as [string, unknown][]).flatMap(([at, row]) => {
        const kept = keptGrant(row, sealer);
        if (kept === undefined) return [];
        const grant = standingOf(kept, Number(time));
        return [{ place: { at: Number(at), id: grant.grant.id }, grant }];
      });
      return { met, last: placeOf(last) };
    },
  };
}

function indexOf(walk: GrantWalk): string {
  switch (walk.kind) {
    case 'all':
      return 'grants';
    case 'of':
      return `grants-of:${walk.principalId}`;
    case 'open':
      return 'open-grants';
  }
}
