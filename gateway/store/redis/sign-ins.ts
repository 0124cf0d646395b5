/** Sign-ins and the attempts that lead to them, in Redis. */
import { nameDigest } from '../lock-target.ts';
import type { SignIn, SignInAttempt } from '../records.ts';
import { signInAttemptsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { draftArguments, emitted } from './drafts.ts';
import { ownedScript } from './owned.ts';
import { openPrincipal } from './principal-record.ts';
import { changing, reading } from './script.ts';
import type { Sealer } from './seal.ts';

/** ARGV from 3: state hash, attempt, span. The oldest makes room. */
const beginScript = changing(
  'begin sign-in',
  `
redis.call('ZREMRANGEBYSCORE', k('attempts'), '-inf', int(now))
while redis.call('ZCARD', k('attempts')) >= ${signInAttemptsAtMost} do
  local oldest = redis.call('ZPOPMIN', k('attempts'))
  redis.call('DEL', k('attempt:' .. oldest[1]))
end
redis.call('SET', k('attempt:' .. ARGV[3]), ARGV[4], 'PX', ARGV[5])
redis.call('ZADD', k('attempts'), now + tonumber(ARGV[5]), ARGV[3])
redis.call('PEXPIRE', k('attempts'), ARGV[5], 'NX')
redis.call('PEXPIRE', k('attempts'), ARGV[5], 'GT')
return { int(now), 'done' }
`,
);

/** ARGV from 3: state hash. */
const takeScript = changing(
  'take sign-in attempt',
  `
redis.call('ZREM', k('attempts'), ARGV[3])
return { int(now), 'done', redis.call('GETDEL', k('attempt:' .. ARGV[3])) or '' }
`,
);

/** ARGV from 3: hash, record, mac, end, idle span, principal, digest of the provider's sid or empty, events. */
const openScript = changing(
  'open sign-in',
  `
redis.call('HSET', k('sign-in:' .. ARGV[3]), 'record', ARGV[4], 'mac', ARGV[5])
redis.call('PEXPIREAT', k('sign-in:' .. ARGV[3]), int(math.min(now + tonumber(ARGV[7]), tonumber(ARGV[6]))))
local function index(key, member)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now))
  redis.call('ZADD', key, 'GT', ARGV[6], member)
  redis.call('PEXPIREAT', key, ARGV[6], 'NX')
  redis.call('PEXPIREAT', key, ARGV[6], 'GT')
end
index(k('sign-ins-of:' .. ARGV[8]), ARGV[3])
if ARGV[9] ~= '' then index(k('sid:' .. ARGV[9]), ARGV[8]) end
return { int(now), 'done', emit(10) }
`,
);

/** ARGV from 3: hash, idle span. Moves the idle limit, never past the end. */
const findScript = changing(
  'sign-in',
  `
local row = redis.call('HMGET', k('sign-in:' .. ARGV[3]), 'record', 'mac')
if not row[1] then return { int(now), 'unknown' } end
local signIn = cjson.decode(row[1])
redis.call('PEXPIREAT', k('sign-in:' .. ARGV[3]), int(math.min(now + tonumber(ARGV[4]), signIn.endsAt)))
local owner = redis.call('HMGET', k('principal:' .. signIn.principalId), 'record', 'mac')
return { int(now), 'done', row[1], row[2] or '', owner[1] or '', owner[2] or '' }
`,
);

const listScript = ownedScript('sign-ins of', 'sign-ins-of', 'sign-in');

/** ARGV: digest of the provider's sid. */
const inSessionScript = reading(
  'principals in',
  `return { int(now), redis.call('ZRANGEBYSCORE', k('sid:' .. ARGV[1]), '(' .. int(now), '+inf') }`,
);

/** ARGV from 3: digest of the word, span. */
const firstTimeScript = changing(
  'first time',
  `
local said = redis.call('SET', k('said:' .. ARGV[3]), '1', 'PX', ARGV[4], 'NX')
return { int(now), said and 'done' or 'again' }
`,
);

/** ARGV from 3: digest of the word. */
const unsayScript = changing('unsay', `redis.call('DEL', k('said:' .. ARGV[3])) return { int(now), 'done' }`);

/** ARGV from 3: hash, events. */
const closeScript = changing(
  'close sign-in',
  `
if redis.call('DEL', k('sign-in:' .. ARGV[3])) == 0 then return { int(now), 'unknown' } end
return { int(now), 'done', emit(4) }
`,
);

export function redisSignIns(
  connection: RedisConnection,
  sealer: Sealer,
  node: string,
): Pick<
  Store,
  | 'beginSignIn'
  | 'takeSignInAttempt'
  | 'openSignIn'
  | 'signIn'
  | 'closeSignIn'
  | 'signInsOf'
  | 'principalsIn'
  | 'firstTime'
  | 'unsay'
> {
  return {
    async beginSignIn(attempt, ttlMs) {
      await connection.change(beginScript, node, [attempt.stateHash, JSON.stringify(attempt), String(ttlMs)]);
    },
    async takeSignInAttempt(stateHash) {
      const [, , json] = await connection.change(takeScript, node, [stateHash]);
      return json === '' ? undefined : (JSON.parse(String(json)) as SignInAttempt);
    },
    async openSignIn(signIn, idleMs, event) {
      const { hash, principalId, endsAt } = signIn;
      const [json, mac] = sealer.seal('sign-in', hash, signIn);
      const drafts = draftArguments([event], { kind: 'sign-in', id: hash, principalId });
      const answer = await connection.change(openScript, node, [
        hash,
        json,
        mac,
        String(endsAt),
        String(idleMs),
        principalId,
        signIn.sid === undefined ? '' : nameDigest(signIn.sid),
        ...drafts,
      ]);
      return { value: signIn, events: emitted([event], answer[2], Number(answer[0])) };
    },
    async signIn(hash, idleMs) {
      const [time, outcome, json, mac, ownerJson, ownerMac] = await connection.change(findScript, node, [
        hash,
        String(idleMs),
      ]);
      if (outcome !== 'done') return undefined;
      const signIn = sealer.open<SignIn>('sign-in', hash, json, mac);
      if (signIn === undefined || signIn.endsAt <= Number(time)) return undefined;
      const principal = openPrincipal(sealer, signIn.principalId, ownerJson, ownerMac);
      return principal && { signIn, principal };
    },
    async closeSignIn(hash, event) {
      const { principalId } = event.body;
      const about = {
        kind: 'sign-in' as const,
        id: hash,
        ...(typeof principalId === 'string' ? { principalId } : {}),
      };
      const answer = await connection.change(closeScript, node, [hash, ...draftArguments([event], about)]);
      if (answer[1] !== 'done') return { value: false, events: [] };
      return { value: true, events: emitted([event], answer[2], Number(answer[0])) };
    },
    async signInsOf(principalId) {
      const [time, rows] = await connection.read(listScript, [principalId]);
      return (rows as string[][])
        .flatMap(([hash, json, mac]) => sealer.open<SignIn>('sign-in', hash, json, mac) ?? [])
        .filter((signIn) => signIn.principalId === principalId && signIn.endsAt > Number(time));
    },
    async principalsIn(sid) {
      const [, ids] = await connection.read(inSessionScript, [nameDigest(sid)]);
      return ids as string[];
    },
    async firstTime(word, spanMs) {
      const span = String(Math.max(1, Math.ceil(spanMs)));
      const answer = await connection.change(firstTimeScript, node, [nameDigest(word), span]);
      return answer[1] === 'done';
    },
    async unsay(word) {
      await connection.change(unsayScript, node, [nameDigest(word)]);
    },
  };
}
