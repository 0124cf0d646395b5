/** One request as whoever answers it must see it: who, what, until when, why. */

import { RefList } from '../access/RefList.tsx';
import { RequestState } from '../access/RequestState.tsx';
import type { ElevationRequest } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { personName } from '../text/person-name.ts';
import { AnswersSoFar } from './AnswersSoFar.tsx';
import { EndIfApproved } from './EndIfApproved.tsx';
import classes from './RequestFacts.module.css';
import { verb } from './what-is-asked.ts';

/** @param spanMs what the answer being made would grant, in ms; undefined: as asked */
export function RequestFacts({
  request,
  spanMs,
}: {
  request: ElevationRequest;
  spanMs?: number | undefined;
}) {
  const { principal, scopes, critical, createdAt, decideBy, reason, state } = request;
  return (
    <Panel>
      <div className={classes.facts}>
        <div className={classes.top}>
          <RequestState request={request} />
          {critical && <Tag tone="warn">critical</Tag>}
          <span className={classes.quiet}>
            asked <Age at={createdAt} />
            {state === 'pending' && (
              <>
                , lapses in <TimeLeft until={decideBy} />
              </>
            )}
          </span>
        </div>
        <div>
          <div className={classes.who}>{personName(principal)}</div>
          {principal.email !== undefined && principal.name !== undefined && (
            <div className={classes.quiet}>
              <Escaped>{principal.email}</Escaped>
            </div>
          )}
        </div>
        {scopes.map((scope) => (
          <div key={`${scope.right} ${scope.repository}`}>
            <div>
              {state === 'pending' ? 'asks' : 'asked'}{' '}
              {request.extends === undefined ? 'to' : 'for more time to'} {verb(scope.right)}
            </div>
            <div className={classes.repository}>
              <Escaped>{scope.repository}</Escaped>
            </div>
            <RefList scope={scope} />
          </div>
        ))}
        <EndIfApproved request={request} spanMs={spanMs} />
        {reason !== '' && (
          <blockquote className={classes.reason}>
            <Escaped lines>{reason}</Escaped>
          </blockquote>
        )}
        <AnswersSoFar request={request} />
      </div>
    </Panel>
  );
}
