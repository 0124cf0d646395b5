/** The newest audit entries of each chain in Redis, sealed, as streams whose ids are the entries' own numbers: what is missing shows. */
import {
  sharedBytesAtMost,
  sharedChainsAtMost,
  sharedEntryOverhead,
  sharedKeptMs,
  sharedReadAtMost,
} from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/**
 * ARGV from 3: chain, then number, record, mac of each entry. A line has 200 bytes or 60,000: so bytes are counted and not entries, as
 * `MAXLEN` would. What comes again after an answer that got lost is there already. Another record in its place: the chain went back.
 */
const shareScript = changing(
  'share audit entries',
  `
local chain, at, sizes = ARGV[3], k('entries-at'), k('entries-bytes')
local stream = k('entries:' .. chain)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', at, '-inf', now - ${sharedKeptMs})) do
  redis.call('DEL', k('entries:' .. old))
  redis.call('HDEL', sizes, old)
  redis.call('ZREM', at, old)
end
if not redis.call('ZSCORE', at, chain) and redis.call('ZCARD', at) >= ${sharedChainsAtMost} then
  return { int(now), 'full' }
end
local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0
local held = newest and tonumber(redis.call('HGET', sizes, chain) or '0') or 0
local function size(fields) return #(fields[2] or '') + #(fields[4] or '') + ${sharedEntryOverhead} end
for i = 4, #ARGV, 3 do
  local seq, record, mac = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local same = false
  if tonumber(seq) <= last then
    local there = redis.call('XRANGE', stream, seq, seq)[1]
    same = there and there[2][2] == record
    if not same then
      redis.call('DEL', stream)
      held = 0
    end
  end
  if not same then
    redis.call('XADD', stream, seq .. '-0', 'record', record, 'mac', mac)
    held = held + size({ 'record', record, 'mac', mac })
    last = tonumber(seq)
  end
end
while held > ${sharedBytesAtMost} do
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 100)
  if #oldest == 0 then held = 0 break end
  local upTo = 0
  for _, entry in ipairs(oldest) do
    if held <= ${sharedBytesAtMost} then break end
    held = held - size(entry[2])
    upTo = tonumber(string.match(entry[1], '^%d+'))
  end
  redis.call('XTRIM', stream, 'MINID', int(upTo + 1))
end
redis.call('HSET', sizes, chain, int(held))
redis.call('ZADD', at, now, chain)
for _, key in ipairs({ stream, sizes, at }) do redis.call('PEXPIRE', key, ${sharedKeptMs}) end
redis.call('PUBLISH', k('changes'), '{"seq":' .. (redis.call('GET', k('seq')) or '0') .. ',"kind":"audit","id":' .. cjson.encode(chain) .. '}')
return { int(now), 'done' }
`,
);

const chainsScript = reading(
  'chains of shared entries',
  `
local told = {}
for _, chain in ipairs(redis.call('ZRANGEBYSCORE', k('entries-at'), now - ${sharedKeptMs} + 1, '+inf')) do
  local stream = k('entries:' .. chain)
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if oldest and newest then told[#told + 1] = { chain, oldest[1], newest[1] } end
end
return { int(now), told }
`,
);

/** ARGV: chain, command, the number it begins at, the one it ends at. */
const readScript = reading(
  'shared entries',
  `return { int(now), redis.call(ARGV[2], k('entries:' .. ARGV[1]), ARGV[3], ARGV[4], 'COUNT', ${sharedReadAtMost}) }`,
);

/** The verbs about shared entries. */
export function redisSharedEntries(
  connection: RedisConnection,
  sealer: Sealer,
  nodeId: string,
): Pick<Store, 'shareEntries' | 'sharedChains' | 'sharedEntries'> {
  const placeOf = (chain: string, seq: number): string => `${chain}:${seq}`;
  return {
    async shareEntries(chain, entries) {
      const sealed = entries.flatMap(({ seq, line }) => {
        const id = placeOf(chain, seq);
        return [String(seq), ...sealer.seal('entry', id, { id, line })];
      });
      await connection.change(shareScript, nodeId, [chain, ...sealed]);
    },
    async sharedChains() {
      const [, told] = await connection.read(chainsScript, []);
      return (told as [chain: string, oldest: string, newest: string][]).map(([chain, oldest, newest]) => ({
        chain,
        fromSeq: seqOf(oldest),
        toSeq: seqOf(newest),
      }));
    },
    async sharedEntries(chain, { from, to, first }) {
      const [low, high] = [String(from), String(to)];
      const asked = first === 'newest' ? ['XREVRANGE', high, low] : ['XRANGE', low, high];
      const [, told] = await connection.read(readScript, [chain, ...asked]);
      const rows = told as [id: string, fields: string[]][];
      const entries = rows.flatMap(([id, [, record, , mac]]) => {
        const seq = seqOf(id);
        const opened = sealer.open<{ line: string }>('entry', placeOf(chain, seq), record, mac);
        return opened === undefined ? [] : [{ seq, line: opened.line }];
      });
      const last = rows.at(-1);
      return {
        entries,
        ...(rows.length < sharedReadAtMost || last === undefined ? {} : { read: seqOf(last[0]) }),
      };
    },
  };
}

/** An id of the stream without the part behind its dash. */
function seqOf(id: string): number {
  return Number(id.split('-')[0]);
}
