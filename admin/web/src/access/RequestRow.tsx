/** One of the viewer's requests in a list. */
import { Link } from '@tanstack/react-router';
import type { ElevationRequest } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Tag } from '../shell/Tag.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { oneLine } from '../text/one-line.ts';
import { seenWords, unseenGroups } from './answerer-words.ts';
import { RequestState } from './RequestState.tsx';
import { Row } from './Row.tsx';
import { ScopeName } from './ScopeName.tsx';

/** Leads to the request. */
export function RequestRow({ request }: { request: ElevationRequest }) {
  const [scope, ...others] = request.scopes;
  if (scope === undefined) return null;
  const seen = seenWords(request.waitsFor);
  const unseen = unseenGroups(request.waitsFor);
  const { state, durationMs, reason, decideBy, decidedAt, createdAt } = request;
  return (
    <Row
      head={
        <Link to="/a/$requestId" params={{ requestId: request.id }}>
          <ScopeName scope={scope} critical={request.critical} />
          {others.length > 0 && ` and ${others.length} more`}
        </Link>
      }
      side={
        <>
          <RequestState request={request} />
          {state === 'pending' ? (
            <span>
              asked <Age at={createdAt} />
            </span>
          ) : (
            <Moment at={decidedAt ?? createdAt} />
          )}
        </>
      }
    >
      {request.extends === undefined
        ? durationWords(durationMs)
        : `${durationWords(durationMs)} more on ${request.extends}`}
      {state === 'pending' && (
        <>
          {' '}
          · waits for <Escaped>{request.waitsForText ?? 'nobody any more'}</Escaped> · lapses in{' '}
          <TimeLeft until={decideBy} />
          {seen !== '' && (
            <>
              {' '}
              · <Escaped>{seen}</Escaped>
            </>
          )}
          {unseen !== '' && (
            <>
              {' '}
              · of <Escaped>{unseen}</Escaped> <Tag tone="warn">nobody seen in the last 30 days</Tag>
            </>
          )}
        </>
      )}
      {request.decidedBy !== undefined && state === 'denied' && (
        <>
          {' '}
          · <Escaped>{oneLine(request.comment ?? '', 160)}</Escaped>
        </>
      )}
      {state !== 'denied' && reason !== '' && (
        <>
          {' '}
          · <Escaped>{oneLine(reason, 160)}</Escaped>
        </>
      )}
    </Row>
  );
}
