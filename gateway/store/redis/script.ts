/** Lua scripts: each verb is one, with the same few lines in front of it. */
import { createHash } from 'node:crypto';

export interface Script {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
}

/** All keys carry one hash tag, so that they lie in one slot of a cluster; the version lets two layouts live side by side. */
export const prefix = 'sluice:v1:{sluice}:';
/** Where changes are published. */
export const channel = `${prefix}changes`;

/**
 * In front of every script. `KEYS[1]` is the prefix. Time is the store's, in ms.
 *
 * `emit(at)` reads events from `ARGV[at]` on (their number, then two texts each: the rest of the outbox record, and the rest of
 * the published change), gives each its number, puts it into the outbox claimed for the node in `ARGV[2]`, publishes it, and
 * returns the numbers.
 */
const prelude = `
local function k(name) return KEYS[1] .. name end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function int(n) return string.format('%.0f', n) end
local function emit(at)
  local seqs = {}
  for i = 1, tonumber(ARGV[at]) do
    local event, change = ARGV[at + 2 * i - 1], ARGV[at + 2 * i]
    local seq = int(redis.call('INCR', k('seq')))
    redis.call('HSET', k('outbox'), seq, '{"seq":' .. seq .. ',"at":' .. int(now) .. ',' .. event)
    redis.call('HSET', k('outbox-node'), seq, ARGV[2])
    redis.call('ZADD', k('outbox-claims'), now + CLAIM, seq)
    if string.find(change, '^"kind":"grant"') then redis.call('HSET', k('outbox-again'), seq, change) end
    redis.call('PUBLISH', k('changes'), '{"seq":' .. seq .. ',' .. change)
    seqs[i] = seq
  end
  return seqs
end
`;

/**
 * A change carries its deadline in `ARGV[1]`, store time: past it nothing is done, so that a change its caller gave up is never
 * made later. Behind it stands the mark of the store the change is meant for, where the node knows one.
 */
const deadline = `
local till, meant = string.match(ARGV[1], '^(%d+) ?(.*)$')
if now > tonumber(till) then return { int(now), 'late' } end
if meant ~= '' and redis.call('HGET', k('locks'), 'generation') ~= meant then return { int(now), 'lost' } end
`;

/** Every answer comes with the store's mark and its last number in front. */
function script(name: string, body: string): Script {
  const source = `${prelude.replace('CLAIM', '10000')}local function verb()
${body}
end
local answer = verb()
return { redis.call('HGET', k('locks'), 'generation') or '', redis.call('GET', k('seq')) or '0', answer }
`;
  return { name, source, sha: createHash('sha1').update(source).digest('hex') };
}

/** A script that only reads. Its answer begins with the store's time. */
export function reading(name: string, body: string): Script {
  return script(name, body);
}

/** A script that changes something: `ARGV[1]` is its deadline, `ARGV[2]` the node. Its answer begins with the time and a word. */
export function changing(name: string, body: string): Script {
  return script(name, `${deadline}${body}`);
}
