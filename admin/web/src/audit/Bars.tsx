/** Entries over time as bars. */
import { useMemo } from 'react';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { durationWords } from '../text/duration-words.ts';
import { momentWords } from '../text/moment-words.ts';
import classes from './Bars.module.css';
import type { Entry } from './entry-words.ts';
import { histogram } from './histogram.ts';

/** How long the stretch of a bar is. */
function barWords(spanMs: number): string {
  return spanMs < 1_000 ? `${spanMs / 1_000} s` : durationWords(spanMs);
}

/** Each bar's title says its stretch and its counts; readers get the whole in one sentence. */
export function Bars({ entries }: { entries: readonly Entry[] }) {
  const bars = useMemo(() => histogram(entries), [entries]);
  const [first] = bars;
  const last = bars.at(-1);
  // One moment has no shape over time.
  if (first === undefined || last === undefined || bars.length === 1) return null;
  const most = Math.max(...bars.map(({ count }) => count));
  const words = (at: number) => {
    const { clock: time, zone, day } = momentWords(at, clock.now(), viewerZone, true);
    return `${day} ${time} ${zone}`;
  };
  const bad = bars.reduce((sum, bar) => sum + bar.bad, 0);
  return (
    <figure className={classes.figure}>
      <div
        className={classes.bars}
        role="img"
        aria-label={`${entries.length} entries from ${words(first.from)} to ${words(last.to)}; ${bad} say that something was stopped or went wrong`}
      >
        {bars.map(({ from, count, bad: wrong }) => (
          <span
            key={from}
            className={classes.bar}
            title={`${words(from)}: ${count} ${count === 1 ? 'entry' : 'entries'}, ${wrong} stopped or wrong`}
          >
            <span className={classes.good} style={{ height: `${((count - wrong) / most) * 100}%` }} />
            <span className={classes.bad} style={{ height: `${(wrong / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <figcaption className={classes.ends}>
        <span>{words(first.from)}</span>
        <span className={classes.legend}>
          a bar is {barWords(first.to - first.from)}, the highest {most}
          {bad > 0 && (
            <>
              {' '}
              · <span className={classes.sign} /> {bad} stopped or wrong
            </>
          )}
        </span>
        <span>{words(last.to)}</span>
      </figcaption>
    </figure>
  );
}
