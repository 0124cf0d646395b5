/** Credentials in Redis: kept by the hash of their secret or key until they end. */
import { nameDigest } from '../lock-target.ts';
import type { Credential, CredentialUse } from '../records.ts';
import { tombstoneMs } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Calls } from './calls.ts';
import { draftArguments, emitted } from './drafts.ts';
import { ownedScript } from './owned.ts';
import { openPrincipal } from './principal-record.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: principal, hash, record, mac, end, digest of the provider's sid or empty, events. The owner stays at least as long as the credential. */
const issueScript = changing(
  'issue credential',
  `
if redis.call('EXISTS', k('credential:' .. ARGV[4])) == 1 then return { int(now), 'taken' } end
redis.call('HSET', k('credential:' .. ARGV[4]), 'record', ARGV[5], 'mac', ARGV[6])
redis.call('PEXPIREAT', k('credential:' .. ARGV[4]), ARGV[7])
redis.call('ZADD', k('credentials-of:' .. ARGV[3]), ARGV[7], ARGV[4])
redis.call('ZREMRANGEBYSCORE', k('credentials-of:' .. ARGV[3]), '-inf', int(now))
local last = redis.call('ZREVRANGE', k('credentials-of:' .. ARGV[3]), 0, 0, 'WITHSCORES')
if last[2] then redis.call('PEXPIREAT', k('credentials-of:' .. ARGV[3]), int(tonumber(last[2]))) end
redis.call('PEXPIREAT', k('principal:' .. ARGV[3]), ARGV[7], 'GT')
if ARGV[8] ~= '' then
  redis.call('ZADD', k('sid:' .. ARGV[8]), 'GT', ARGV[7], ARGV[3])
  redis.call('PEXPIREAT', k('sid:' .. ARGV[8]), ARGV[7], 'NX')
  redis.call('PEXPIREAT', k('sid:' .. ARGV[8]), ARGV[7], 'GT')
end
return { int(now), 'done', emit(9) }
`,
);

const listScript = ownedScript('credentials of', 'credentials-of', 'credential');

const usesScript = ownedScript('uses of credentials', 'credentials-of', 'credential', ['used', 'used-mac']);

/** ARGV from 3: hash, use, mac. In the credential's own key, so that it goes with it and never outlives or revives it. */
const useScript = changing(
  'note use of credential',
  `
if redis.call('EXISTS', k('credential:' .. ARGV[3])) == 0 then return { int(now), 'unknown' } end
redis.call('HSET', k('credential:' .. ARGV[3]), 'used', ARGV[4], 'used-mac', ARGV[5])
return { int(now), 'done' }
`,
);

/** ARGV: hash. */
const findScript = reading(
  'credential',
  `
local row = redis.call('HMGET', k('credential:' .. ARGV[1]), 'record', 'mac')
local id = row[1] and cjson.decode(row[1]).principalId or ''
local owner = id ~= '' and redis.call('HMGET', k('principal:' .. id), 'record', 'mac') or {}
return { int(now), row[1] or '', row[2] or '', owner[1] or '', owner[2] or '' }
`,
);

/**
 * ARGV from 3: principal, hash, why, end, events. How it ended stays for a day, for those who run under it, and until it would
 * have ended: an organisation's certificate would come back else.
 */
const revokeScript = changing(
  'revoke credential',
  `
if redis.call('DEL', k('credential:' .. ARGV[4])) == 0 then return { int(now), 'unknown' } end
redis.call('ZREM', k('credentials-of:' .. ARGV[3]), ARGV[4])
redis.call('SET', k('credential-end:' .. ARGV[4]), int(now) .. ' ' .. ARGV[5],
  'PXAT', int(math.max(now + ${tombstoneMs}, tonumber(ARGV[6]))))
return { int(now), 'done', emit(7) }
`,
);

export function redisCredentials(
  connection: Calls,
  sealer: Sealer,
  node: string,
): Pick<
  Store,
  'issueCredential' | 'credentialsOf' | 'credential' | 'noteUse' | 'usesOf' | 'revokeCredential'
> {
  const credentialsOf: Store['credentialsOf'] = async (principalId) => {
    const [time, rows] = await connection.read(listScript, [principalId]);
    return (rows as string[][])
      .flatMap(([hash, json, mac]) => sealer.open<Credential>('credential', hash, json, mac) ?? [])
      .filter((credential) => credential.principalId === principalId && credential.endsAt > Number(time))
      .toSorted((a, b) => b.createdAt - a.createdAt);
  };

  return {
    async issueCredential(credential, event) {
      const { id, principalId, hash, endsAt } = credential;
      const [json, mac] = sealer.seal('credential', hash, credential);
      const drafts = draftArguments([event], { kind: 'credential', id, principalId });
      const answer = await connection.change(issueScript, node, [
        principalId,
        hash,
        json,
        mac,
        String(endsAt),
        credential.madeIn?.sid === undefined ? '' : nameDigest(credential.madeIn.sid),
        ...drafts,
      ]);
      if (answer[1] !== 'done') return { value: undefined, events: [] };
      return { value: credential, events: emitted([event], answer[2], Number(answer[0])) };
    },
    credentialsOf,
    async credential(hash) {
      const [time, json, mac, ownerJson, ownerMac] = await connection.read(findScript, [hash]);
      const credential = sealer.open<Credential>('credential', hash, json, mac);
      if (credential === undefined || credential.endsAt <= Number(time)) return undefined;
      const principal = openPrincipal(sealer, credential.principalId, ownerJson, ownerMac);
      return principal && { credential, principal, now: Number(time) };
    },
    async noteUse(hash, { at, from }) {
      const [json, mac] = sealer.seal('credential-use', hash, { hash, at, from });
      const [, word] = await connection.change(useScript, node, [hash, json, mac]);
      return word === 'done';
    },
    async usesOf(principalId) {
      const [, rows] = await connection.read(usesScript, [principalId]);
      return new Map(
        (rows as string[][]).flatMap(([hash = '', json, mac]) => {
          const use = sealer.open<CredentialUse & { hash: string }>('credential-use', hash, json, mac);
          return use === undefined ? [] : [[hash, { at: use.at, from: use.from }]];
        }),
      );
    },
    async revokeCredential(principalId, id, event, why = 'revoked') {
      const credential = (await credentialsOf(principalId)).find((own) => own.id === id);
      if (credential === undefined) return { value: undefined, events: [] };
      const drafts = draftArguments([event], { kind: 'credential', id, principalId });
      const answer = await connection.change(revokeScript, node, [
        principalId,
        credential.hash,
        why,
        String(credential.endsAt),
        ...drafts,
      ]);
      if (answer[1] !== 'done') return { value: undefined, events: [] };
      return { value: credential, events: emitted([event], answer[2], Number(answer[0])) };
    },
  };
}
