/** Until when access would last, or lasts: the one line an approver must not have to work out. */
import type { ElevationRequest } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { useNow } from '../clock/page-clock.ts';
import { durationWords } from '../text/duration-words.ts';
import classes from './EndIfApproved.module.css';
import { spanLeft } from './what-is-asked.ts';

const shortMs = 600_000;

/** @param spanMs what the answer being made would grant; undefined: what is asked and left of it */
export function EndIfApproved({
  request,
  spanMs,
}: {
  request: ElevationRequest;
  spanMs?: number | undefined;
}) {
  const now = useNow();
  const left = spanLeft(request);
  const span = Math.min(spanMs ?? left, left);
  const { state, durationMs, endsAt } = request;
  if (state === 'approved') {
    if (endsAt === undefined) return null;
    const isOver = endsAt <= now;
    return (
      <div className={classes.end}>
        <span className={classes.when}>
          {isOver ? 'ended at ' : 'until '}
          <Moment at={endsAt} withUtc withSeconds={durationMs < shortMs} />
        </span>
      </div>
    );
  }
  if (state !== 'pending') return <div className={classes.quiet}>for {durationWords(durationMs)}</div>;
  const narrowed = span < durationMs && `, shortened from ${durationWords(durationMs)}`;
  if (request.extends !== undefined) {
    return (
      <div className={classes.end}>
        <span className={classes.when}>{durationWords(span)} more</span>
        <span className={classes.quiet}>
          on {request.extends}
          {narrowed}
        </span>
      </div>
    );
  }
  return (
    <div className={classes.end}>
      <span className={classes.when}>
        until <Moment at={now + span} withUtc withSeconds={span < shortMs} />
      </span>
      <span className={classes.quiet}>
        if approved now: {durationWords(span)} from the approval{narrowed}
      </span>
    </div>
  );
}
