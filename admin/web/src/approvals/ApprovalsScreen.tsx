/** An approver's first screen: what waits for them, what waits for others, what was decided lately. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LongRows } from '../access/Row.tsx';
import { meQuery, pendingRequestsQuery, seenRequestsQuery } from '../api/queries.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { Empty } from '../shell/Empty.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { QueueRow } from './QueueRow.tsx';

const decidedShown = 12;

/** Critical ones first, then those that lapse first. */
export function ApprovalsScreen() {
  const me = useQuery(meQuery);
  const pending = useQuery(pendingRequestsQuery);
  const seen = useQuery(seenRequestsQuery);
  const viewerId = me.data?.principal.id;
  const problem = pending.error?.isOutage === false && !pending.error.isSignedOut ? pending.error : null;

  const waiting = (pending.data?.requests ?? []).toSorted(
    (a, b) => Number(b.critical) - Number(a.critical) || a.decideBy - b.decideBy,
  );
  const mine = waiting.filter(({ may }) => may.answer);
  const others = waiting.filter(({ may, principal }) => !may.answer && principal.id !== viewerId);
  const decided = (seen.data?.requests ?? [])
    .filter(({ state, principal }) => state !== 'pending' && principal.id !== viewerId)
    .toSorted((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0))
    .slice(0, decidedShown);

  return (
    <Screen title="Approvals">
      <ProblemNotice problem={problem} />
      <Section title="Waiting for you">
        {pending.data === undefined ? (
          <Skeleton height={132} radius={12} />
        ) : mine.length === 0 ? (
          <Empty title="Nothing waits for you">
            <p>
              Requests that a rule lets you answer appear here by themselves while this screen is open, the
              critical ones first. A request’s link leads straight to it.
            </p>
          </Empty>
        ) : (
          <List requests={mine} />
        )}
      </Section>
      {others.length > 0 && (
        <Section title="Waiting for others">
          <List requests={others} />
        </Section>
      )}
      {decided.length > 0 && (
        <Section title="Decided lately">
          <List requests={decided} />
        </Section>
      )}
    </Screen>
  );
}

function List({ requests }: { requests: readonly ElevationRequest[] }) {
  return (
    <Panel flush>
      <LongRows items={requests} keyOf={({ id }) => id}>
        {(request) => <QueueRow key={request.id} request={request} />}
      </LongRows>
    </Panel>
  );
}
