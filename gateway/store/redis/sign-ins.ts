/** Sign-ins and the attempts that lead to them, in Redis. */
import type { SignIn, SignInAttempt } from '../records.ts';
import { signInAttemptsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import { draftArguments, emitted } from './drafts.ts';
import { openPrincipal } from './principal-record.ts';
import { changing } from './script.ts';
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

/** ARGV from 3: hash, record, mac, end, idle span, events. */
const openScript = changing(
  'open sign-in',
  `
redis.call('HSET', k('sign-in:' .. ARGV[3]), 'record', ARGV[4], 'mac', ARGV[5])
redis.call('PEXPIREAT', k('sign-in:' .. ARGV[3]), int(math.min(now + tonumber(ARGV[7]), tonumber(ARGV[6]))))
return { int(now), 'done', emit(8) }
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
): Pick<Store, 'beginSignIn' | 'takeSignInAttempt' | 'openSignIn' | 'signIn' | 'closeSignIn'> {
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
  };
}
