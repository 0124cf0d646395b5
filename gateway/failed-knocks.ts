/** How often an address may be wrong about its credential before it waits a minute. */
import { createHash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Unknown } from './admission.ts';

export interface FailedKnocks {
  mayKnock(address: string): Promise<boolean>;
  /** @param authorization the header as it came: the same one again within a minute is no second guess */
  failed(address: string, why: Unknown['why'], authorization: string): void;
}

/** Reasons that are no guess: git's first knock, and Git Credential Manager's empty password. */
const noGuess: ReadonlySet<Unknown['why']> = new Set(['none', 'empty-password', 'mistyped']);

/** @param perMinute failures of one address in a minute, after which it is not heard */
export function countFailedKnocks(perMinute: number): FailedKnocks {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const guesses = new RateLimiterMemory({ points: 1, duration: 60 });
  return {
    async mayKnock(address) {
      const seen = await limiter.get(address);
      return seen === null || seen.remainingPoints > 0;
    },
    failed(address, why, authorization) {
      if (noGuess.has(why)) return;
      // libgit2 repeats a refused credential 15 times, and a job its ended one in each of its repositories: others behind
      // the same address must not wait for that.
      const guess = createHash('sha256').update(authorization).digest('base64');
      guesses.consume(`${address} ${guess}`).then(
        () => limiter.penalty(address),
        () => undefined,
      );
    },
  };
}
