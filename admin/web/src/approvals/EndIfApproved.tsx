/** Until when access would last, or lasts: the one line an approver must not have to work out. */
import type { ElevationRequest } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { useNow } from '../clock/page-clock.ts';
import { durationWords } from '../text/duration-words.ts';
import classes from './EndIfApproved.module.css';
import { spanLeft } from './what-is-asked.ts';

const shortMs = 600_000;

/** @param spanMs what the answer being made would grant, in ms; undefined: what is asked and left of it */
export function EndIfApproved({
  request,
  spanMs,
}: {
  request: ElevationRequest;
  spanMs?: number | undefined;
}) {
  const now = useNow();
  const { state, durationMs, endsAt, endsAtIfApprovedNow } = request;
  const withSeconds = durationMs < shortMs;
  if (state === 'approved') {
    if (endsAt === undefined) return null;
    return (
      <div className={classes.when}>
        {endsAt <= now ? 'ended at ' : 'until '}
        <Moment at={endsAt} withUtc withSeconds={withSeconds} />
      </div>
    );
  }
  if (state !== 'pending') return <div className={classes.quiet}>for {durationWords(durationMs)}</div>;

  const left = spanLeft(request);
  const span = Math.min(spanMs ?? left, left);
  const isExtension = request.extends !== undefined;
  // The gateway's own reckoning minus what the approver takes off; an extension may be bounded by the grant's longest life.
  const end = endsAtIfApprovedNow === undefined ? undefined : endsAtIfApprovedNow - (left - span);
  return (
    <div>
      {end !== undefined && (
        <div className={classes.when}>
          until <Moment at={end} withUtc withSeconds={withSeconds} />
        </div>
      )}
      <div className={classes.quiet}>
        {isExtension
          ? `if approved: ${durationWords(span)} more on ${request.extends}`
          : `if approved now: ${durationWords(span)} from the approval`}
        {span < durationMs && `, shortened from ${durationWords(durationMs)}`}
      </div>
    </div>
  );
}
