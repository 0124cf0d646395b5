/** What stands for a claim in Redis: credential, owner, grants, locks, number and time in one round trip. */
import { standingOf } from '../grant-state.ts';
import { nameDigest, targetOf, targetsFor } from '../lock-target.ts';
import type { Credential, CredentialEnd, Lock, Standing } from '../records.ts';
import { endedShown, tombstoneMs } from '../spans.ts';
import type { Running, Stand, Store } from '../store.ts';
import { timeScript } from './calls.ts';
import type { RedisConnection } from './connection.ts';
import { cutOf } from './cuts.ts';
import { markFields } from './generation.ts';
import { keptGrant, keptLua } from './kept.ts';
import { openPrincipal } from './principal-record.ts';
import { reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV: `hash` or `id`, its value, digest of the repository's name; of running operations the hash of their credential, or empty, their node, and from 6 their ids. */
const standScript = reading(
  'stand',
  `${keptLua}
local credential, principal, id = {}, {}, ARGV[2]
if ARGV[1] == 'hash' then
  credential = redis.call('HMGET', k('credential:' .. ARGV[2]), 'record', 'mac')
  id = credential[1] and cjson.decode(credential[1]).principalId or ''
end
if id ~= '' then principal = redis.call('HMGET', k('principal:' .. id), 'record', 'mac') end
local grants = {}
local index = k('grants-on:' .. id .. ':' .. ARGV[3])
for _, grant in ipairs(redis.call('ZRANGEBYSCORE', index, '(' .. int(now), '+inf')) do grants[#grants + 1] = kept(grant) end
for _, grant in ipairs(redis.call('ZREVRANGEBYSCORE', index, int(now), '(' .. int(now - ${tombstoneMs}), 'LIMIT', 0, ${endedShown})) do grants[#grants + 1] = kept(grant) end
local ended = ''
if ARGV[4] ~= '' and redis.call('EXISTS', k('credential:' .. ARGV[4])) == 0 then
  ended = redis.call('GET', k('credential-end:' .. ARGV[4])) or int(now) .. ' gone'
end
local cuts, others = {}, {}
for at = 6, #ARGV do
  cuts[at - 5] = redis.call('HGET', k('operation-cut'), ARGV[at]) or ''
  local node = redis.call('HGET', k('operation-node'), ARGV[at])
  local left = not node and redis.call('EXISTS', k('left:' .. ARGV[at])) == 1
  others[at - 5] = (left or node and node ~= ARGV[5]) and '1' or ''
end
return { int(now), redis.call('GET', k('seq')) or '0', credential[1] or '', credential[2] or '',
  principal[1] or '', principal[2] or '', grants, redis.call('HGETALL', k('locks')), ended, cuts, others }
`,
);

export function redisStanding(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<Store, 'now' | 'stand' | 'standings'> {
  const read = async (
    how: 'hash' | 'id' | 'running',
    value: string,
    repository: string,
    runsUnder?: Running['credential'],
    operationIds: readonly string[] = [],
  ) => {
    const asked = [how, value, nameDigest(repository), runsUnder?.hash ?? '', node, ...operationIds];
    const answer = await connection.read(standScript, asked);
    const [time, seq, credentialText, credentialMac, principalText, principalMac, rows, lockFields, ...more] =
      answer;
    const [ended, cutTexts, others] = more;
    const now = Number(time);
    const credential =
      how === 'hash'
        ? sealer.open<Credential>('credential', value, credentialText, credentialMac)
        : undefined;
    const principalId = how === 'hash' ? credential?.principalId : value;
    const principal = openPrincipal(sealer, principalId, principalText, principalMac);
    const kept = (rows as unknown[]).flatMap((row) => keptGrant(row, sealer) ?? []);
    // A running operation goes on under its grants even where its principal's record has gone.
    const stands = how === 'running' ? value : principal?.id;
    const targets = new Set(targetsFor(stands, repository).map(targetOf));
    const standing: Standing = {
      grants: kept
        .filter(({ grant }) => grant.principalId === stands && grant.scope.repository === repository)
        .map((grant) => standingOf(grant, now)),
      locks: locksOf(lockFields, sealer, now).filter((lock) => targets.has(targetOf(lock.on))),
      seq: Number(seq),
      now,
      ...(how === 'running' && principal !== undefined ? { principal } : {}),
      ...endedEarly(String(ended), runsUnder, now),
    };
    const live = credential !== undefined && credential.endsAt > now ? credential : undefined;
    return {
      credential: live,
      principal: how === 'hash' && live === undefined ? undefined : principal,
      standing,
      operations: (cutTexts as unknown[]).map((text, at): Pick<Standing, 'cut' | 'takenOver'> => {
        const cut = cutOf(text);
        return {
          ...(cut === undefined ? {} : { cut }),
          ...((others as unknown[])[at] === '1' ? { takenOver: true } : {}),
        };
      }),
    };
  };

  /** One read for all operations that rest on the same: orders to cut and takeovers are all that can tell them apart. */
  const readAlike = async (alike: readonly Running[]): Promise<readonly Standing[]> => {
    const [first] = alike;
    if (first === undefined) return [];
    const ids = alike.map(({ operationId = '' }) => operationId);
    const { standing, operations } = await read(
      'running',
      first.principalId,
      first.repository,
      first.credential,
      ids,
    );
    return operations.map((own) => ({ ...standing, ...own }));
  };

  const standFor = async (how: 'hash' | 'id', value: string, repository: string): Promise<Stand> => {
    const { credential, principal, standing } = await read(how, value, repository);
    return { credential, principal, standing };
  };

  return {
    now: async () => Number((await connection.read(timeScript, []))[0]),
    stand: (claim, repository) =>
      'credentialHash' in claim
        ? standFor('hash', claim.credentialHash, repository)
        : standFor('id', claim.principalId, repository),
    async standings(of) {
      const groups = new Map<string, Running[]>();
      const places = of.map((running) => {
        const rests = restsOn(running);
        const alike = groups.get(rests) ?? [];
        groups.set(rests, alike);
        return { rests, at: alike.push(running) - 1 };
      });
      const read = [...groups].map(async ([rests, alike]) => [rests, await readAlike(alike)] as const);
      const answers = new Map(await Promise.all(read));
      return places.map(({ rests, at }) => {
        const standing = answers.get(rests)?.[at];
        if (standing === undefined) throw new Error('a standing was asked for and none came');
        return standing;
      });
    },
  };
}

/** What two running operations have in common whose standing is the same. */
function restsOn({ principalId, repository, credential }: Running): string {
  return JSON.stringify([principalId, repository, credential?.hash, credential?.endsAt]);
}

/** A credential that merely reached its own end took nothing away from what was begun with it. */
function endedEarly(
  ended: string,
  credential: Running['credential'],
  now: number,
): Pick<Standing, 'credentialEnded'> {
  const [at, why] = ended.split(' ');
  if (credential === undefined || why === undefined || (why === 'gone' && credential.endsAt <= now))
    return {};
  return { credentialEnded: { at: Number(at), why: why as CredentialEnd['why'] } };
}

/** Every lock that stops something now, out of the fields of the hash they lie in: id, record, mac in turn. */
export function locksOf(fields: unknown, sealer: Sealer, now: number): readonly Lock[] {
  const flat = fields as string[];
  const locks: Lock[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (markFields.has(flat[at] ?? '')) continue;
    const [mac = '', ...json] = (flat[at + 1] ?? '').split(' ');
    const lock = sealer.open<Lock>('lock', flat[at], json.join(' '), mac);
    if (lock !== undefined && (lock.until === undefined || lock.until > now)) locks.push(lock);
  }
  return locks;
}
