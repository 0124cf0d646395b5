/** Running operations in Redis: how far they are, how they stand still, and who takes them over. */
import { leftKeptMs, takenAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { gathering } from './gathering.ts';
import { operationOf, operationsLua, operationsOf } from './operation-rows.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: id, how, in turn. */
const stillScript = changing(
  'stand still',
  `${operationsLua}
for i = 3, #ARGV, 2 do
  local moves = redis.call('HGET', k('operation-state'), ARGV[i]) == 'moving' and owner(ARGV[i]) == ARGV[2]
  if moves and redis.call('HEXISTS', k('operations'), ARGV[i]) == 1 then
    redis.call('HSET', k('operation-state'), ARGV[i], 'still ' .. ARGV[i + 1])
    tell(ARGV[i])
  end
end
last()
return { int(now), 'done' }
`,
);

/** ARGV from 3: ids. */
const leaveScript = changing(
  'leave',
  `${operationsLua}
for i = 3, #ARGV do
  local id = ARGV[i]
  local found = row(id)
  if not found or found[3] == ARGV[2] then
    if found then tell(id) end
    if found then redis.call('SET', k('left:' .. id), string.match(found[4], '^still (.+)$') or 'gone', 'PX', ${leftKeptMs}) end
    for _, name in ipairs(books) do redis.call('HDEL', k(name), id) end
  end
end
last()
return { int(now), 'done' }
`,
);

/** ARGV from 3: how long the node may be silent, then id, bytes up and down, in turn. */
const beatScript = changing(
  'beat',
  `${operationsLua}
redis.call('HSET', k('nodes'), ARGV[2], int(now))
redis.call('HSET', k('node-silent-ms'), ARGV[2], ARGV[3])
for i = 4, #ARGV, 2 do
  if owner(ARGV[i]) == ARGV[2] then redis.call('HSET', k('operation-bytes'), ARGV[i], ARGV[i + 1]) end
end
last()
return { int(now), 'done' }
`,
);

const listScript = reading(
  'operations',
  `${operationsLua}
local rows = {}
local known = redis.call('HGETALL', k('operations'))
for i = 1, #known, 2 do rows[#rows + 1] = row(known[i]) end
return { int(now), rows }
`,
);

/** ARGV: ids. */
const howScript = reading(
  'stood still',
  `
local how = {}
for i, id in ipairs(ARGV) do
  how[i] = redis.call('HGET', k('operation-state'), id) or redis.call('GET', k('left:' .. id)) or 'gone'
end
return { int(now), how }
`,
);

/** ARGV from 3: `own` or empty. Rows say whose they were. A silent node that holds nothing any more is forgotten. */
const adoptScript = changing(
  'adopt operations',
  `${operationsLua}
local rows, holds = {}, {}
local known = redis.call('HGETALL', k('operations'))
for i = 1, #known, 2 do
  local id = known[i]
  local node = owner(id) or ''
  local due = node == ARGV[2] and ARGV[3] == 'own'
  if node ~= ARGV[2] then due = silent(node) end
  if due and #rows < ${takenAtMost} then
    rows[#rows + 1] = row(id)
    redis.call('HSET', k('operation-node'), id, ARGV[2])
    if node ~= ARGV[2] then tell(id) end
  else
    holds[node] = true
  end
end
redis.call('HSET', k('nodes'), ARGV[2], int(now))
local seen = redis.call('HGETALL', k('nodes'))
for i = 1, #seen, 2 do
  if not holds[seen[i]] and silent(seen[i]) then
    redis.call('HDEL', k('nodes'), seen[i])
    redis.call('HDEL', k('node-silent-ms'), seen[i])
  end
end
last()
return { int(now), 'done', rows }
`,
);

/** Operations in one script of those that end: it takes the store well under a millisecond. */
const toldAtOnce = 64;

export function redisOperations(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'standStill' | 'leave' | 'beat' | 'operations' | 'stoodStill' | 'adoptOperations'> {
  const standStill = gathering<readonly [id: string, how: string]>(toldAtOnce, (items) =>
    connection.change(stillScript, node, items.flat()),
  );
  const leave = gathering<string>(toldAtOnce, (ids) => connection.change(leaveScript, node, ids));

  return {
    standStill: (operationId, how) => standStill([operationId, how]),

    leave,

    async beat(progress, silentMs) {
      const told = progress.flatMap(({ id, bytesUp, bytesDown }) => [id, `${bytesUp} ${bytesDown}`]);
      await connection.change(beatScript, node, [String(silentMs), ...told]);
    },

    async operations() {
      const [time, rows] = await connection.read(listScript, []);
      return { operations: operationsOf(rows, sealer).map(({ state }) => state), now: Number(time) };
    },

    async stoodStill(operationIds) {
      if (operationIds.length === 0) return new Map();
      const [, states] = await connection.read(howScript, operationIds);
      const told = (states as string[]).map((state, at) => [operationIds[at] ?? '', state] as const);
      return new Map(
        told
          .filter(([, state]) => state !== 'moving')
          .map(([id, state]) => [id, state.replace(/^still /, '')]),
      );
    },

    async adoptOperations(own) {
      const [, , rows] = await connection.change(adoptScript, node, [own ? 'own' : '']);
      const adopted = [];
      for (const row of rows as string[][]) {
        const found = operationOf(row, sealer);
        // Nobody's end is recorded of what no gateway wrote.
        if (found === undefined) await leave(row[0] ?? '');
        else adopted.push(found.state);
      }
      return adopted;
    },
  };
}
