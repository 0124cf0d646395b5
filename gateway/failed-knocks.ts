/** How often an address may be wrong about its credential before it waits a minute. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Unknown } from './admission.ts';

export interface FailedKnocks {
  mayKnock(address: string): Promise<boolean>;
  failed(address: string, why: Unknown['why']): void;
}

/** Reasons that are no guess: git's first knock, and Git Credential Manager's empty password. */
const noGuess: ReadonlySet<Unknown['why']> = new Set(['none', 'empty-password', 'mistyped']);

/** @param perMinute failures of one address in a minute, after which it is not heard */
export function countFailedKnocks(perMinute: number): FailedKnocks {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async mayKnock(address) {
      const seen = await limiter.get(address);
      return seen === null || seen.remainingPoints > 0;
    },
    failed(address, why) {
      if (!noGuess.has(why)) limiter.penalty(address).catch(() => undefined);
    },
  };
}
