/** What is left of a grant, ticking each second by the server's clock. */
import { useNow } from '../clock/page-clock.ts';
import { countdownWords } from '../text/duration-words.ts';
import classes from './Countdown.module.css';

const minuteMs = 60_000;

/** Stops at `ended`. The bar beside it shows how much of the span is gone. */
export function Countdown({ from, until }: { from: number; until: number }) {
  const left = until - useNow();
  const share = Math.min(1, Math.max(0, left / (until - from)));
  const tone = left <= minuteMs ? 'bad' : left <= 5 * minuteMs ? 'warn' : 'calm';
  return (
    <div className={classes.countdown} data-tone={tone}>
      <span role="timer" className={classes.words}>
        {left <= 0 ? 'ended' : `${countdownWords(left)} left`}
      </span>
      <span aria-hidden="true" className={classes.bar}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
