/** One request in an approver's queue. */
import { Link } from '@tanstack/react-router';
import { RequestState } from '../access/RequestState.tsx';
import { Row } from '../access/Row.tsx';
import type { ElevationRequest } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Tag } from '../shell/Tag.tsx';
import { durationWords } from '../text/duration-words.ts';
import { Escaped } from '../text/Escaped.tsx';
import { oneLine } from '../text/one-line.ts';
import { personName } from '../text/person-name.ts';
import { sentence } from '../text/sentence.ts';
import { spanLeft, verb } from './what-is-asked.ts';

/** Leads to the screen where it is answered. */
export function QueueRow({ request }: { request: ElevationRequest }) {
  const { id, principal, scopes, critical, createdAt, decideBy, reason, state, may } = request;
  const [scope, ...others] = scopes;
  if (scope === undefined) return null;
  const isPending = state === 'pending';
  return (
    <Row
      head={
        <Link to="/a/$requestId" params={{ requestId: id }}>
          {personName(principal)}: {verb(scope.right)}{' '}
          <strong>
            <Escaped>{scope.repository}</Escaped>
          </strong>
          {others.length > 0 && ` and ${others.length} more`}, {durationWords(spanLeft(request))}
          {request.extends !== undefined && ' more'} {critical && <Tag tone="warn">critical</Tag>}
        </Link>
      }
      side={
        <>
          <span>
            <Age at={isPending ? createdAt : (request.decidedAt ?? createdAt)} />
          </span>
          {isPending ? (
            <span>
              lapses in <TimeLeft until={decideBy} />
            </span>
          ) : (
            <RequestState request={request} />
          )}
        </>
      }
    >
      <Escaped>{reason === '' ? 'no reason given' : oneLine(reason, 200)}</Escaped>
      {isPending && !may.answer && may.why !== undefined && <div>{sentence(may.why)}</div>}
      {!isPending && request.decidedBy !== undefined && (
        <div>
          {state} by {personName(request.decidedBy)}
        </div>
      )}
    </Row>
  );
}
