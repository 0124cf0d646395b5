/** Times as people read them at a prompt: always with the zone, and with the day when it is not today's. */

const dayMs = 86_400_000;

/** `14:05 UTC`; on another day than `now`'s, `14:05 UTC tomorrow`, `… yesterday` or `… on 2026-11-28`. */
export function timeText(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const clock = `${iso.slice(11, 16)} UTC`;
  const days = Math.floor(at / dayMs) - Math.floor(now / dayMs);
  if (days === 0) return clock;
  if (days === 1) return `${clock} tomorrow`;
  if (days === -1) return `${clock} yesterday`;
  return `${clock} on ${iso.slice(0, 10)}`;
}
