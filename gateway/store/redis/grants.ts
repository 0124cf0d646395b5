/** Grants in Redis: read, extended, revoked. */
import { ownEvent } from '../change-of.ts';
import { standingOf } from '../grant-state.ts';
import { nameDigest } from '../lock-target.ts';
import type { StandingGrant } from '../records.ts';
import { tombstoneMs } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Calls } from './calls.ts';
import { draftArguments, emitted } from './drafts.ts';
import { keptGrant, keptLua } from './kept.ts';
import { operationsLua, operationsOf, restsOn } from './operation-rows.ts';
import { requestArguments, requestLua } from './requests.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV: id. */
const readScript = reading('grant', `${keptLua} return { int(now), kept(ARGV[1]) or '' }`);

/** ARGV from 3: request (9), grant: id, record, mac, principal, digest, endsAt, version, own event; events. */
const extendScript = changing(
  'extend grant',
  `${requestLua}
local id, ends = ARGV[12], tonumber(ARGV[17])
local request = redis.call('HMGET', k('request:' .. ARGV[3]), 'state', 'version', 'decide-by')
local live = redis.call('HMGET', k('grant:' .. id), 'record', 'mac', 'seq')
if not request[1] or (not live[1] and redis.call('EXISTS', k('past:' .. id)) == 0) then return { int(now), 'unknown' } end
local pending = request[1] == 'pending' and tonumber(request[3]) > now and tonumber(request[2]) == tonumber(ARGV[11]) - 1
if not pending or not live[1] or ends <= now then return { int(now), 'moved' } end
local before = cjson.decode(live[1])
local recorded = redis.call('HEXISTS', k('outbox'), live[3]) == 0
if before.version ~= tonumber(ARGV[18]) - 1 or before.endsAt <= now or not recorded then return { int(now), 'moved' } end
local seqs = emit(20)
keep(3)
local seq = seqs[tonumber(ARGV[19])]
for _, name in ipairs({ 'grant:', 'past:' }) do
  redis.call('HSET', k(name .. id), 'record', ARGV[13], 'mac', ARGV[14], 'seq', seq, 'prior', live[1], 'prior-mac', live[2], 'prior-seq', live[3])
end
redis.call('PEXPIREAT', k('grant:' .. id), int(ends))
redis.call('PEXPIREAT', k('past:' .. id), int(ends + ${tombstoneMs}))
redis.call('ZADD', k('open-grants'), ends, id)
for _, index in ipairs({ 'grants', 'grants-of:' .. ARGV[15], 'grants-on:' .. ARGV[15] .. ':' .. ARGV[16] }) do
  redis.call('PEXPIREAT', k(index), int(ends + ${tombstoneMs}), 'GT')
end
redis.call('ZADD', k('grants-on:' .. ARGV[15] .. ':' .. ARGV[16]), ends, id)
return { int(now), 'done', seqs }
`,
);

/**
 * ARGV from 3: id, principal, digest, by, reason, events. What it touches stays beside it as rows of the books, their seals
 * with them: whoever writes there only cannot make one.
 */
const revokeScript = changing(
  'revoke grant',
  `${keptLua}${operationsLua}
local id = ARGV[3]
local row = kept(id)
if not row then return { int(now), 'unknown' } end
local live = redis.call('HGET', k('grant:' .. id), 'record')
if not live and row[11] == ARGV[6] and row[12] == ARGV[7] then
  return { int(now), 'repeated', row, cjson.decode(redis.call('HGET', k('past:' .. id), 'touched') or '[]') }
end
if not live or row[10] ~= '' or cjson.decode(live).endsAt <= now then return { int(now), 'ended-before', row } end
redis.call('DEL', k('grant:' .. id)) -- first: a Redis that is full lets a script go on that has begun by freeing
local seqs = emit(8)
redis.call('HSET', k('past:' .. id), 'seq', seqs[1], 'revoked-at', int(now), 'revoked-by', ARGV[6], 'revoked-reason', ARGV[7])
redis.call('PEXPIREAT', k('past:' .. id), int(now + ${tombstoneMs}))
redis.call('ZREM', k('open-grants'), id)
redis.call('ZADD', k('grants-on:' .. ARGV[4] .. ':' .. ARGV[5]), now, id)
local touched = {}
for _, found in ipairs(moving()) do
  if string.find(found[2], id, 1, true) or string.find(found[5], id, 1, true) then touched[#touched + 1] = found end
end
redis.call('HSET', k('past:' .. id), 'touched', cjson.encode(touched))
return { int(now), 'done', seqs, kept(id), touched }
`,
);

export function redisGrants(
  connection: Calls,
  sealer: Sealer,
  node: string,
): Pick<Store, 'grant' | 'extendGrant' | 'revokeGrant'> {
  const standing = (row: unknown, now: number): StandingGrant | undefined => {
    const kept = keptGrant(row, sealer);
    return kept && standingOf(kept, now);
  };
  const grant: Store['grant'] = async (id) => {
    const [time, row] = await connection.read(readScript, [id]);
    return standing(row, Number(time));
  };

  return {
    grant,

    async extendGrant(next, request, drafts) {
      const { id, principalId, scope, endsAt, version } = next;
      const own = ownEvent(drafts, 'grant.extended', id) + 1;
      const about = { kind: 'request' as const, id: request.id, principalId: request.principalId };
      const answer = await connection.change(extendScript, node, [
        ...requestArguments(request, sealer),
        id,
        ...sealer.seal('grant', id, next),
        principalId,
        nameDigest(scope.repository),
        String(endsAt),
        String(version),
        String(own),
        ...draftArguments(drafts, about),
      ]);
      const outcome = answer[1];
      if (outcome === 'unknown' || outcome === 'moved') return { value: { kind: outcome }, events: [] };
      const events = emitted(drafts, answer[2], Number(answer[0]));
      const seq = events[own - 1]?.seq ?? 0;
      return {
        value: { kind: 'extended', grant: { grant: next, state: { kind: 'unrecorded' }, seq }, request },
        events,
      };
    },

    async revokeGrant(id, by, reason, event) {
      const held = await grant(id);
      if (held === undefined) return { value: { kind: 'unknown' }, events: [] };
      const { principalId, scope } = held.grant;
      const drafts = draftArguments([event], { kind: 'grant', id, principalId });
      const answer = await connection.change(revokeScript, node, [
        id,
        principalId,
        nameDigest(scope.repository),
        by,
        reason,
        ...drafts,
      ]);
      const now = Number(answer[0]);
      if (answer[1] === 'ended-before') {
        const before = standing(answer[2], now);
        return before === undefined
          ? { value: { kind: 'unknown' }, events: [] }
          : { value: { kind: 'ended-before', grant: before }, events: [] };
      }
      const touchedOf = (rows: unknown) =>
        operationsOf(rows, sealer)
          .filter((found) => restsOn(found, id))
          .map(({ state }) => state);
      if (answer[1] === 'repeated') {
        const kept = keptGrant(answer[2], sealer);
        if (kept === undefined) return { value: { kind: 'unknown' }, events: [] };
        const repeated = { recorded: !kept.unrecorded };
        const touched = touchedOf(answer[3]);
        return { value: { kind: 'revoked', grant: standingOf(kept, now), touched, repeated }, events: [] };
      }
      const revoked = answer[1] === 'done' ? standing(answer[3], now) : undefined;
      if (revoked === undefined) return { value: { kind: 'unknown' }, events: [] };
      return {
        value: { kind: 'revoked', grant: revoked, touched: touchedOf(answer[4]) },
        events: emitted([event], answer[2], now),
      };
    },
  };
}
