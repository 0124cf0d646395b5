/** A moment in the viewer's zone, the zone named, UTC in its title. */
import { momentWords } from '../text/moment-words.ts';
import { clock, viewerZone } from './page-clock.ts';

/**
 * @param at epoch ms
 * @param withUtc also writes UTC out, for screens that are touched and not hovered
 * @param withSeconds for spans so short that minutes hide them
 */
export function Moment({
  at,
  withUtc = false,
  withSeconds = false,
}: {
  at: number;
  withUtc?: boolean;
  withSeconds?: boolean;
}) {
  const words = momentWords(at, clock.now(), viewerZone, withSeconds);
  const day = words.day === 'today' ? '' : ` ${words.day}`;
  const utc = withUtc && words.zone !== 'UTC' ? ` (${words.utcClock} UTC)` : '';
  return (
    <time dateTime={new Date(at).toISOString()} title={words.utc} style={{ whiteSpace: 'nowrap' }}>
      {`${words.clock} ${words.zone}${utc}${day}`}
    </time>
  );
}
