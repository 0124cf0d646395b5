/** How long ago something was, kept current. */
import { roughWords } from '../text/duration-words.ts';
import { momentWords } from '../text/moment-words.ts';
import { useNow, viewerZone } from './page-clock.ts';

/** `4 min ago`, the moment itself in the title. */
export function Age({ at }: { at: number }) {
  const now = useNow();
  const { clock, zone, day, utc } = momentWords(at, now, viewerZone);
  return (
    <time dateTime={new Date(at).toISOString()} title={`${clock} ${zone} ${day} · ${utc}`}>
      {now - at < 5_000 ? 'just now' : `${roughWords(now - at)} ago`}
    </time>
  );
}
