/** How often one address or one person may try; counted by this node alone, which bounds a flood well enough. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.ts';

/** Ten restored tabs of a whole office behind one address still get through. */
const signInsPerMinute = 120;
/** A person's clicks and a script's loop, not a flood. */
const changesPerMinute = 120;

/** The counters. Each check answers with a problem (429) once there were too many. */
export interface Limits {
  /** A start or an end of a sign-in. */
  signIn(address: string): Promise<Problem | undefined>;
  /** Whether the address has shown too many bad credentials; counts nothing. */
  credentials(address: string): Promise<Problem | undefined>;
  /** Counts a bad credential. */
  badCredential(address: string): Promise<void>;
  change(principalId: string): Promise<Problem | undefined>;
}

/** Makes the counters. */
export function limits(maxAuthFailuresPerMinute: number): Limits {
  const perMinute = (points: number) => new RateLimiterMemory({ points, duration: 60 });
  const signIns = perMinute(signInsPerMinute);
  const failures = perMinute(maxAuthFailuresPerMinute);
  const changes = perMinute(changesPerMinute);
  return {
    signIn: (address) => take(signIns, address, 'sign-ins from your address'),
    change: (principalId) => take(changes, principalId, 'changes by you'),
    async credentials(address) {
      const counted = await failures.get(address);
      if (counted === null || counted.consumedPoints < maxAuthFailuresPerMinute) return undefined;
      return tooMany('refused credentials from your address', counted);
    },
    async badCredential(address) {
      await failures.consume(address).catch(() => undefined);
    },
  };
}

async function take(limiter: RateLimiterMemory, key: string, what: string): Promise<Problem | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (counted) {
    if (counted instanceof RateLimiterRes) return tooMany(what, counted);
    throw counted;
  }
}

function tooMany(what: string, { msBeforeNext }: RateLimiterRes): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  return new Problem(429, 'too-many', `too many ${what}; try again in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
  });
}
