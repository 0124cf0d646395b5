/** Elevation requests in Redis, and the grants that their approval issues, all or nothing. */
import { ownEvent } from '../change-of.ts';
import { standingOf } from '../grant-state.ts';
import { nameDigest } from '../lock-target.ts';
import type { ElevationRequest, Grant } from '../records.ts';
import { asItStands } from '../request-lapse.ts';
import { askDigest } from '../same-ask.ts';
import { issueSkewMs, listedAtMost, listLimit, requestKeptMs, tombstoneMs } from '../spans.ts';
import type { EventDraft, Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { RedisConnection } from './connection.ts';
import { draftArguments, emitted } from './drafts.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** An index of fewer ids stays as it is; of more, so many are looked at whenever one is added. */
const thinnedFrom = 64;
const thinnedAtOnce = 8;

/**
 * Lua: `keep(at)` writes the request in `ARGV[at]` on: id, record, mac, principal, state, createdAt, decideBy, digest, version.
 * `issue(at, seqs)` writes the grants in `ARGV[at]` on: how many, then for each id, record, mac, principal, digest of the
 * repository, issuedAt, endsAt, and which event is its own. `startable(at)` says whether all of them may start now.
 */
export const requestLua = `
-- Takes ids whose record is gone out of an index, at a place that is another each time: of them a part stays, however many come.
local thinned = 0
local function thin(index, record)
  local many = redis.call('ZCARD', k(index))
  if many < ${thinnedFrom} then return end
  thinned = thinned + 1
  local from = (now % 1000003 + thinned) * 7919 % many
  for _, id in ipairs(redis.call('ZRANGE', k(index), int(from), int(from + ${thinnedAtOnce - 1}))) do
    if redis.call('EXISTS', k(record .. id)) == 0 then redis.call('ZREM', k(index), id) end
  end
end
local function keep(at)
  local id, principal, state, created, decideBy, digest = ARGV[at], ARGV[at + 3], ARGV[at + 4], tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), ARGV[at + 7]
  redis.call('HSET', k('request:' .. id), 'record', ARGV[at + 1], 'mac', ARGV[at + 2], 'state', state, 'version', ARGV[at + 8], 'decide-by', int(decideBy), 'digest', digest, 'principal', principal)
  local gone = math.max(created, decideBy) + ${requestKeptMs}
  redis.call('PEXPIREAT', k('request:' .. id), int(gone))
  for _, index in ipairs({ 'requests', 'requests-of:' .. principal }) do
    redis.call('ZADD', k(index), 'NX', redis.call('GET', k('seq')) or 0, id)
    redis.call('PEXPIREAT', k(index), int(gone), 'NX')
    redis.call('PEXPIREAT', k(index), int(gone), 'GT')
    thin(index, 'request:')
  end
  if state == 'pending' then
    redis.call('ZADD', k('pending'), decideBy, id)
    if cjson.decode(ARGV[at + 1]).critical then redis.call('ZADD', k('pending-critical'), decideBy, id) end
    redis.call('SET', k('same-ask:' .. digest), id, 'PXAT', int(math.max(decideBy, now + 1)))
  else
    redis.call('ZREM', k('pending'), id)
    redis.call('ZREM', k('pending-critical'), id)
    if redis.call('GET', k('same-ask:' .. digest)) == id then redis.call('DEL', k('same-ask:' .. digest)) end
  end
end
local function startable(at)
  for i = 0, tonumber(ARGV[at]) - 1 do
    local from = at + 1 + 8 * i
    if math.abs(tonumber(ARGV[from + 5]) - now) > ${issueSkewMs} or tonumber(ARGV[from + 6]) <= now then return false end
  end
  return true
end
local function issue(at, seqs)
  for i = 0, tonumber(ARGV[at]) - 1 do
    local from = at + 1 + 8 * i
    local id, principal, ends = ARGV[from], ARGV[from + 3], tonumber(ARGV[from + 6])
    local seq = seqs[tonumber(ARGV[from + 7])]
    for _, name in ipairs({ 'grant:', 'past:' }) do
      redis.call('HSET', k(name .. id), 'record', ARGV[from + 1], 'mac', ARGV[from + 2], 'seq', seq)
    end
    redis.call('PEXPIREAT', k('grant:' .. id), int(ends))
    redis.call('PEXPIREAT', k('past:' .. id), int(ends + ${tombstoneMs}))
    redis.call('ZADD', k('open-grants'), ends, id)
    for _, index in ipairs({ 'grants', 'grants-of:' .. principal }) do
      redis.call('ZADD', k(index), seq, id)
      redis.call('PEXPIREAT', k(index), int(ends + ${tombstoneMs}), 'NX')
      redis.call('PEXPIREAT', k(index), int(ends + ${tombstoneMs}), 'GT')
      thin(index, 'past:')
    end
    local on = k('grants-on:' .. principal .. ':' .. ARGV[from + 4])
    redis.call('ZADD', on, ends, id)
    redis.call('ZREMRANGEBYSCORE', on, '-inf', int(now - ${tombstoneMs}))
    redis.call('PEXPIREAT', on, int(ends + ${tombstoneMs}), 'NX')
    redis.call('PEXPIREAT', on, int(ends + ${tombstoneMs}), 'GT')
  end
end
`;

/** ARGV from 3: request (9), events. */
const createScript = changing(
  'create request',
  `${requestLua}
local same = redis.call('GET', k('same-ask:' .. ARGV[10]))
if same then
  local row = redis.call('HMGET', k('request:' .. same), 'record', 'mac', 'state', 'decide-by')
  if row[3] == 'pending' and tonumber(row[4]) > now then return { int(now), 'same', same, row[1], row[2] } end
end
local seqs = emit(12)
keep(3)
return { int(now), 'done', seqs }
`,
);

/** ARGV from 3: request (9), where the events are, grants, events. */
const answerScript = changing(
  'answer request',
  `${requestLua}
local row = redis.call('HMGET', k('request:' .. ARGV[3]), 'record', 'mac', 'state', 'version', 'decide-by')
if not row[1] then return { int(now), 'unknown' } end
if row[3] ~= 'pending' or tonumber(row[5]) <= now or tonumber(row[4]) ~= tonumber(ARGV[11]) - 1 then
  return { int(now), 'moved', row[1], row[2] }
end
if not startable(13) then return { int(now), 'late' } end
local seqs = emit(tonumber(ARGV[12]))
keep(3)
issue(13, seqs)
return { int(now), 'done', seqs }
`,
);

/** ARGV from 3: request (9), where the events are, grants, events; the last is the number it was decided at, or empty. */
const atOnceScript = changing(
  'grant at once',
  `${requestLua}
local function unchanged(at, seq)
  if tonumber(redis.call('GET', k('locks-at')) or '0') > seq then return false end
  for i = 0, tonumber(ARGV[at]) - 1 do
    local from = at + 1 + 8 * i
    for _, id in ipairs(redis.call('ZRANGE', k('grants-on:' .. ARGV[from + 3] .. ':' .. ARGV[from + 4]), 0, -1)) do
      if tonumber(redis.call('HGET', k('past:' .. id), 'seq') or '0') > seq then return false end
    end
  end
  return true
end
if not startable(13) then return { int(now), 'late' } end
if ARGV[#ARGV] ~= '' and not unchanged(13, tonumber(ARGV[#ARGV])) then return { int(now), 'moved' } end
local seqs = emit(tonumber(ARGV[12]))
keep(3)
issue(13, seqs)
return { int(now), 'done', seqs }
`,
);

/** ARGV: id. */
const readScript = reading(
  'request',
  `
local row = redis.call('HMGET', k('request:' .. ARGV[1]), 'record', 'mac')
return { int(now), row[1] or '', row[2] or '' }
`,
);

/** ARGV: index, how many. Ids whose record is gone leave the index. */
const listScript = reading(
  'requests',
  `
local rows = {}
for _, id in ipairs(redis.call('ZREVRANGE', k(ARGV[1]), 0, tonumber(ARGV[2]) - 1)) do
  local row = redis.call('HMGET', k('request:' .. id), 'record', 'mac')
  if row[1] then rows[#rows + 1] = { id, row[1], row[2] or '' } else redis.call('ZREM', k(ARGV[1]), id) end
end
return { int(now), rows }
`,
);

export function redisRequests(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'createRequest' | 'answerRequest' | 'grantAtOnce' | 'request' | 'requests'> {
  const about = ({ id, principalId }: ElevationRequest) => ({ kind: 'request' as const, id, principalId });

  /** The arguments of a request, its grants, and their events behind them. */
  const withGrants = (
    request: ElevationRequest,
    grants: readonly Grant[],
    drafts: readonly EventDraft[],
  ): readonly string[] => {
    const rows = grants.flatMap((grant) => {
      const { id, principalId, scope, issuedAt, endsAt } = grant;
      const own = ownEvent(drafts, 'grant.issued', id) + 1;
      return [
        id,
        ...sealer.seal('grant', id, grant),
        principalId,
        nameDigest(scope.repository),
        String(issuedAt),
        String(endsAt),
        String(own),
      ];
    });
    const events = 13 + 1 + rows.length;
    return [
      ...requestArguments(request, sealer),
      String(events),
      String(grants.length),
      ...rows,
      ...draftArguments(drafts, about(request)),
    ];
  };

  return {
    async createRequest(request, event) {
      const drafts = draftArguments([event], about(request));
      const answer = await connection.change(createScript, node, [
        ...requestArguments(request, sealer),
        ...drafts,
      ]);
      if (answer[1] === 'same') {
        const same = sealer.open<ElevationRequest>('request', String(answer[2]), answer[3], answer[4]);
        if (same === undefined)
          throw new StoreError('STORE_TAMPERED', 'a request like this one was not written by a gateway');
        return { value: { request: same, created: false }, events: [] };
      }
      return { value: { request, created: true }, events: emitted([event], answer[2], Number(answer[0])) };
    },

    async answerRequest(next, grants, drafts) {
      const answer = await connection.change(answerScript, node, withGrants(next, grants, drafts));
      const [time, outcome, first, mac] = answer;
      if (outcome === 'done')
        return { value: { kind: 'stored', request: next }, events: emitted(drafts, first, Number(time)) };
      const kept =
        outcome === 'moved' ? sealer.open<ElevationRequest>('request', next.id, first, mac) : undefined;
      if (kept === undefined) return { value: { kind: 'unknown' }, events: [] };
      return { value: { kind: 'moved', request: asItStands(kept, Number(time)) }, events: [] };
    },

    async grantAtOnce(request, grants, drafts, decidedAt) {
      const answer = await connection.change(atOnceScript, node, [
        ...withGrants(request, grants, drafts),
        String(decidedAt ?? ''),
      ]);
      if (answer[1] === 'moved') return { value: { kind: 'moved' }, events: [] };
      const at = Number(answer[0]);
      const events = emitted(drafts, answer[2], at);
      const standing = grants.map((grant) => {
        const seq = events[ownEvent(drafts, 'grant.issued', grant.id)]?.seq ?? 0;
        return standingOf({ grant, seq, present: true, unrecorded: true }, at);
      });
      return { value: { kind: 'granted', grants: standing }, events };
    },

    async request(id) {
      const [time, json, mac] = await connection.read(readScript, [id]);
      const request = sealer.open<ElevationRequest>('request', id, json, mac);
      return request && asItStands(request, Number(time));
    },

    async requests({ principalId, state, limit }) {
      const index =
        principalId === undefined
          ? state === 'pending'
            ? 'pending'
            : 'requests'
          : `requests-of:${principalId}`;
      const [time, rows] = await connection.read(listScript, [index, String(listedAtMost)]);
      return (rows as string[][])
        .flatMap(([id, json, mac]) => sealer.open<ElevationRequest>('request', id, json, mac) ?? [])
        .map((request) => asItStands(request, Number(time)))
        .filter((request) => state === undefined || request.state.kind === state)
        .toSorted((a, b) => (index === 'pending' ? b.createdAt - a.createdAt : 0))
        .slice(0, listLimit(limit));
    },
  };
}

/** The nine arguments that `keep` reads. */
export function requestArguments(request: ElevationRequest, sealer: Sealer): readonly string[] {
  const { id, principalId, state, createdAt, decideBy, version } = request;
  const [json, mac] = sealer.seal('request', id, request);
  return [
    id,
    json,
    mac,
    principalId,
    state.kind,
    String(createdAt),
    String(decideBy),
    askDigest(request),
    String(version),
  ];
}
