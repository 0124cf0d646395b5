/** Everything the viewer asked for and what became of it, newest first. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { myRequestsQuery } from '../api/queries.ts';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { RequestRow } from './RequestRow.tsx';
import { LongRows } from './Row.tsx';

/** My requests. */
export function RequestsScreen() {
  const { data, error } = useQuery(myRequestsQuery);
  const requests = data?.requests.toSorted((a, b) => b.createdAt - a.createdAt);
  return (
    <Screen title="My requests">
      {error?.isOutage === false && !error.isSignedOut && <ProblemNotice problem={error} />}
      {requests === undefined ? (
        <Skeleton height={320} radius={12} />
      ) : requests.length === 0 ? (
        <Empty
          title="You have not asked for anything yet"
          action={<ButtonLink to="/ask">Ask for access</ButtonLink>}
        >
          <p>Each request stays here with who answered it and why, also when nobody did.</p>
        </Empty>
      ) : (
        <Panel flush>
          <LongRows items={requests} keyOf={({ id }) => id}>
            {(request) => <RequestRow key={request.id} request={request} />}
          </LongRows>
        </Panel>
      )}
    </Screen>
  );
}
