/** Who answered and what they said, and who is still missing. */
import type { ElevationRequest } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { personName } from '../text/person-name.ts';
import classes from './AnswersSoFar.module.css';
import { AskedBefore } from './AskedBefore.tsx';

/** Nothing when there is nothing to tell. */
export function AnswersSoFar({ request }: { request: ElevationRequest }) {
  const { answers, state, waitsForText, decidedAt, may } = request;
  return (
    <ul className={classes.list}>
      {answers.map(({ by, at, verdict, durationMs, refs, comment }) => (
        <li key={`${by.id} ${at}`}>
          {personName(by)} {verdict === 'approve' ? 'approved' : 'denied'} at <Moment at={at} />
          {durationMs !== undefined && `, for ${durationWords(durationMs)}`}
          {refs !== undefined && (
            <>
              , only <Escaped>{refs.join(', ')}</Escaped>
            </>
          )}
          {comment !== undefined && (
            <>
              : “<Escaped>{comment}</Escaped>”
            </>
          )}
        </li>
      ))}
      {state === 'pending' && waitsForText !== undefined && (
        <li>
          waits for <Escaped>{waitsForText}</Escaped>
        </li>
      )}
      {may.answer && <AskedBefore request={request} />}
      {state === 'lapsed' && decidedAt !== undefined && (
        <li>
          nobody decided it before <Moment at={decidedAt} />
        </li>
      )}
      {state === 'withdrawn' && decidedAt !== undefined && (
        <li>
          taken back at <Moment at={decidedAt} />
        </li>
      )}
    </ul>
  );
}
