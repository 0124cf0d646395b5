/** Moments as people read them: in one zone, the zone named, the day when it is not today's; UTC beside it. */

/** A moment in words. */
export interface MomentWords {
  /** `14:05`, or `14:05:30` when seconds matter. */
  readonly clock: string;
  /** `IST`, `CET`, or `GMT+5:45` where the zone has no short name. */
  readonly zone: string;
  /** `today`, `tomorrow`, `yesterday` or `Thu 26 Nov`, with the year when it is another one. */
  readonly day: string;
  /** `2026-11-26 08:35:00 UTC` */
  readonly utc: string;
  /** `08:35` of UTC. */
  readonly utcClock: string;
}

/** Where English has short names for zones: each region knows those of its own. */
const regions = ['en-GB', 'en-US', 'en-IN', 'en-AU', 'en-CA', 'en-NZ', 'en-ZA'];

/** Puts a moment in words for a zone, as seen at `now`. */
export function momentWords(at: number, now: number, zone: string, withSeconds = false): MomentWords {
  const iso = new Date(at).toISOString();
  return {
    clock: format(at, {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      ...(withSeconds ? { second: '2-digit' } : {}),
      hourCycle: 'h23',
    }),
    zone: zoneName(at, zone),
    day: dayWords(at, now, zone),
    utc: `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`,
    utcClock: iso.slice(11, withSeconds ? 19 : 16),
  };
}

/** The short name a zone has at that moment, daylight saving included. */
export function zoneName(at: number, zone: string): string {
  let name = '';
  for (const region of regions) {
    const parts = new Intl.DateTimeFormat(region, { timeZone: zone, timeZoneName: 'short' }).formatToParts(
      at,
    );
    name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (!/^(GMT|UTC)[+\u2212-]/.test(name)) return name;
  }
  return name;
}

function dayWords(at: number, now: number, zone: string): string {
  const days = Math.round((midnight(at, zone) - midnight(now, zone)) / 86_400_000);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  const year = format(at, { timeZone: zone, year: 'numeric' });
  const words = format(at, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' }).replace(
    ',',
    '',
  );
  return year === format(now, { timeZone: zone, year: 'numeric' }) ? words : `${words} ${year}`;
}

/** The zone's calendar day as a UTC midnight: differences are whole days, whatever the clocks did in between. */
function midnight(at: number, zone: string): number {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);
  return Date.parse(`${day}T00:00:00Z`);
}

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(at);
}
