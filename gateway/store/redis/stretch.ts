/** The Lua that goes along an index from one place on, whatever else it reads there. */
import type { WalkPlace } from '../store.ts';

/**
 * `stretch(index, up, many, score, behind, meets)` looks at `many` members of a sorted set behind a place (an empty score is the
 * begin), gives each with its score to `meets`, and answers with the last one, or `{}` at the end. It goes on while `meets` says
 * of all of them that they count for nothing.
 */
export const stretchLua = `
local function stretch(index, up, many, score, behind, meets)
  local from, to = up and '-inf' or '+inf', up and '+inf' or '-inf'
  if score ~= '' then from = score end
  local last, passed, met, page = {}, 0, false, nil
  repeat
    page = redis.call(up and 'ZRANGEBYSCORE' or 'ZREVRANGEBYSCORE', index, from, to, 'WITHSCORES', 'LIMIT', passed, many)
    for i = 1, #page, 2 do
      local id, at = page[i], page[i + 1]
      local seen = tonumber(at) == tonumber(score) and ((up and id <= behind) or (not up and id >= behind))
      if not seen then
        last = { at, id }
        met = meets(id, at) or met
      end
    end
    passed = passed + many
  until met or #page < 2 * many
  return #page < 2 * many and {} or last
end
`;

/** A place as arguments of a script: its score and id, both empty for the begin. */
export function placeArguments(behind: WalkPlace | undefined): readonly [string, string] {
  return behind === undefined ? ['', ''] : [String(behind.at), behind.id];
}

/** What `stretch` answered. */
export function placeOf(last: unknown): WalkPlace | undefined {
  const [at, id] = last as readonly string[];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
