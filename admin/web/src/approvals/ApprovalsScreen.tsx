/** An approver's first screen: what waits for them, what waits for others, what was decided lately. */
import { useQuery } from '@tanstack/react-query';
import { RequestPages } from '../access/RequestPages.tsx';
import { Rows } from '../access/Row.tsx';
import { meQuery, othersWaitQuery, seenRequestsQuery } from '../api/queries.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { Empty } from '../shell/Empty.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { QueueRow } from './QueueRow.tsx';

const shown = 12;
const waitsForViewer = { answerable: true } as const;

/** Critical ones first, then those that lapse first. */
export function ApprovalsScreen() {
  const me = useQuery(meQuery);
  const pending = useQuery(othersWaitQuery);
  const seen = useQuery(seenRequestsQuery);
  const isOthers = ({ principal }: ElevationRequest) => principal.id !== me.data?.principal.id;

  const others = (pending.data?.requests ?? []).filter((request) => !request.may.answer && isOthers(request));
  const decided = (seen.data?.requests ?? [])
    .filter((request) => request.state !== 'pending' && isOthers(request))
    .toSorted((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0));

  return (
    <Screen title="Approvals">
      <Section title="Waiting for you">
        <RequestPages
          wish={waitsForViewer}
          empty={
            <Empty title="Nothing waits for you">
              <p>
                Requests that a rule lets you answer appear here by themselves while this screen is open, the
                critical ones first. A request’s link leads straight to it.
              </p>
            </Empty>
          }
        >
          {(request) => <QueueRow key={request.id} request={request} />}
        </RequestPages>
      </Section>
      {others.length > 0 && (
        <Section title="Waiting for others" beside={<AllOf state="pending" />}>
          <Few requests={others} />
        </Section>
      )}
      {decided.length > 0 && (
        <Section title="Decided lately" beside={<AllOf />}>
          <Few requests={decided} />
        </Section>
      )}
    </Screen>
  );
}

function Few({ requests }: { requests: readonly ElevationRequest[] }) {
  return (
    <Panel flush>
      <Rows>
        {requests.slice(0, shown).map((request) => (
          <QueueRow key={request.id} request={request} />
        ))}
      </Rows>
    </Panel>
  );
}

function AllOf({ state }: { state?: 'pending' }) {
  return (
    <TextLink to="/requests" search={{ of: 'all', ...(state === undefined ? {} : { state }) }} size="sm">
      {state === undefined ? 'All requests' : 'All that wait'}
    </TextLink>
  );
}
