/** One request on one screen of a phone: for who answers it, and for who asked. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useApprove } from '../api/changes.ts';
import { meQuery, requestQuery } from '../api/queries.ts';
import { Notice } from '../shell/Notice.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { sentence } from '../text/sentence.ts';
import { AnswerBar } from './AnswerBar.tsx';
import type { Narrowing } from './NarrowPanel.tsx';
import { NextStep } from './NextStep.tsx';
import { OwnRequest } from './OwnRequest.tsx';
import { RequestFacts } from './RequestFacts.tsx';

/** `/a/R-…` */
export function RequestScreen() {
  const { requestId = '' } = useParams({ strict: false });
  return <OneRequest key={requestId} requestId={requestId} />;
}

function OneRequest({ requestId }: { requestId: string }) {
  const me = useQuery(meQuery);
  const { data: request, error } = useQuery(requestQuery(requestId));
  const approve = useApprove(requestId);
  const [narrowing, setNarrowing] = useState<Narrowing>();
  const title = `Request ${request?.id ?? requestId}`;

  if (request === undefined || me.data === undefined) {
    return (
      <Screen title={title} narrow>
        {error !== null && !error.isOutage && !error.isSignedOut ? (
          <>
            <ProblemNotice problem={error} />
            <p>
              A request is seen by who asked and by who may answer. If you were sent its link, look whether
              you are signed in as the right person.
            </p>
          </>
        ) : (
          <Skeleton height={380} radius={12} />
        )}
      </Screen>
    );
  }
  const { may, state } = request;
  return (
    <Screen title={title} narrow>
      <RequestFacts request={request} spanMs={may.answer ? narrowing?.spanMs : undefined} />
      {may.answer && (
        <AnswerBar
          request={request}
          authenticatedAt={me.data.authenticatedAt}
          approve={approve}
          narrowing={narrowing}
          onNarrow={setNarrowing}
        />
      )}
      {/* The loser of a race: the buttons are gone, who was faster stays. */}
      {!may.answer && <ProblemNotice problem={approve.error} />}
      {state === 'pending' && may.withdraw && <OwnRequest request={request} />}
      {state === 'pending' && !may.answer && !may.withdraw && may.why !== undefined && (
        <Notice tone="quiet">{sentence(may.why)}</Notice>
      )}
      {!may.answer && <NextStep request={request} me={me.data} didLose={approve.error !== null} />}
    </Screen>
  );
}
