/** Principals in Redis: found by issuer and subject, kept by id. */
import { nameDigest } from '../lock-target.ts';
import type { Principal } from '../records.ts';
import { isSameProfile } from '../same-profile.ts';
import { listedAtMost, principalKeptMs, seenKeptMs } from '../spans.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { RedisConnection } from './connection.ts';
import { openPrincipal } from './principal-record.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV: digest of issuer and subject. */
const knownScript = reading(
  'known principal',
  `
local id = redis.call('GET', k('principal-of:' .. ARGV[1])) or ''
local row = id ~= '' and redis.call('HMGET', k('principal:' .. id), 'record', 'mac') or {}
return { int(now), id, row[1] or '', row[2] or '' }
`,
);

/** ARGV from 3: digest, id as expected, record, mac, change or empty. */
const enrolScript = changing(
  'enrol',
  `
local known = redis.call('GET', k('principal-of:' .. ARGV[3]))
if known and known ~= ARGV[4] then return { int(now), 'moved' } end
redis.call('SET', k('principal-of:' .. ARGV[3]), ARGV[4], 'PX', ${principalKeptMs})
redis.call('HSET', k('principal:' .. ARGV[4]), 'record', ARGV[5], 'mac', ARGV[6])
redis.call('PEXPIREAT', k('principal:' .. ARGV[4]), int(now + ${principalKeptMs}))
redis.call('ZREMRANGEBYSCORE', k('people-seen'), '-inf', int(now - ${seenKeptMs}))
redis.call('ZADD', k('people-seen'), int(now), ARGV[4])
redis.call('PEXPIRE', k('people-seen'), ${seenKeptMs})
local seq = int(redis.call('INCR', k('seq')))
if ARGV[7] ~= '' then redis.call('PUBLISH', k('changes'), '{"seq":' .. seq .. ',' .. ARGV[7]) end
return { int(now), 'done' }
`,
);

/** ARGV: ids. */
const principalsScript = reading(
  'principals',
  `
local rows = {}
for i, id in ipairs(ARGV) do
  local row = redis.call('HMGET', k('principal:' .. id), 'record', 'mac')
  rows[i] = { row[1] or '', row[2] or '' }
end
return { int(now), rows }
`,
);

/** No ARGV. */
const seenScript = reading(
  'people seen lately',
  `
local since = '(' .. int(now - ${seenKeptMs})
local rows = {}
for i, id in ipairs(redis.call('ZREVRANGEBYSCORE', k('people-seen'), '+inf', since, 'LIMIT', 0, ${listedAtMost})) do
  local row = redis.call('HMGET', k('principal:' .. id), 'record', 'mac')
  rows[i] = { id, row[1] or '', row[2] or '' }
end
return { int(now), rows }
`,
);

/** How often an enrolment is tried again when the same person signs in elsewhere at the same moment. */
const tries = 5;

export function redisPeople(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'enrol' | 'principal' | 'known' | 'principals' | 'seenLately'> {
  const principals: Store['principals'] = async (ids) => {
    const wanted = [...new Set(ids)];
    const [, rows] = await connection.read(principalsScript, wanted);
    const found = wanted.flatMap((id, at) => {
      const [json, mac] = (rows as string[][])[at] ?? [];
      return openPrincipal(sealer, id, json, mac) ?? [];
    });
    return new Map(found.map((principal) => [principal.id, principal]));
  };

  return {
    async enrol(seen, newId) {
      const digest = identityDigest(seen.issuer, seen.subject);
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const [time, knownId, json, mac] = await connection.read(knownScript, [digest]);
        const now = Number(time);
        const id = knownId === '' ? newId : String(knownId);
        const known = openPrincipal(sealer, id, json, mac);
        const principal: Principal = { ...seen, id, groupsAt: now, firstSeenAt: known?.firstSeenAt ?? now };
        const isNews = known === undefined || !isSameProfile(known, principal);
        const change = isNews ? JSON.stringify({ kind: 'principal', id, principalId: id }).slice(1) : '';
        const sealed = sealer.seal('principal', id, principal);
        const [, outcome] = await connection.change(enrolScript, node, [digest, id, ...sealed, change]);
        if (outcome === 'done') return principal;
      }
      throw new StoreError('STORE_UNREACHABLE', 'the principal kept changing while it was enrolled');
    },
    principal: async (id) => (await principals([id])).get(id),
    async known(issuer, subject) {
      const [, id, json, mac] = await connection.read(knownScript, [identityDigest(issuer, subject)]);
      const principal = openPrincipal(sealer, String(id), json, mac);
      return principal?.issuer === issuer && principal.subject === subject ? principal : undefined;
    },
    principals,
    async seenLately() {
      const [, rows] = await connection.read(seenScript, []);
      return (rows as string[][]).flatMap(([id, json, mac]) => openPrincipal(sealer, id, json, mac) ?? []);
    },
  };
}

function identityDigest(issuer: string, subject: string): string {
  return nameDigest(JSON.stringify([issuer, subject]));
}
