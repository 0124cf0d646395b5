/** Whether another machine's clock agrees with this one's. */
import type { Finding } from '../store/redis/inspect.ts';

/** Clocks further apart than this make sign-ins fail and times in the audit mislead. */
const clockToleranceMs = 5_000;

/**
 * Compares `theirs`, said between `sentAt` and `gotAt` of this machine's clock.
 *
 * @param grainMs how coarse the other clock is shown: an HTTP date is cut to the second
 */
export function clockFinding(
  whose: string,
  theirs: number,
  { sentAt, gotAt, grainMs }: { sentAt: number; gotAt: number; grainMs: number },
): Finding {
  const behind = sentAt - (theirs + grainMs);
  const ahead = theirs - gotAt;
  const apart = Math.max(0, behind, ahead);
  if (apart <= clockToleranceMs) return { ok: true, text: `clock agrees with that of ${whose}` };
  return {
    ok: false,
    text: `clock of ${whose} is ${Math.round(apart / 1_000)} s ${behind > ahead ? 'behind' : 'ahead of'} this machine's`,
    mend: 'keep the clocks of both by NTP',
  };
}
