/** The first screen: what is open to the viewer and for how long, what they wait for, what ended lately. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import {
  meQuery,
  myGrantsQuery,
  myPendingQuery,
  myRequestsQuery,
  operationsQuery,
  waitsForMeQuery,
} from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { clock } from '../clock/page-clock.ts';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Icon } from '../shell/Icon.tsx';
import { LongList } from '../shell/LongList.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import classes from './AccessScreen.module.css';
import { EndDialog } from './EndDialog.tsx';
import { EndedRow } from './EndedRow.tsx';
import { FirstSteps } from './FirstSteps.tsx';
import { GrantCard } from './GrantCard.tsx';
import { OwnAddresses } from './OwnAddresses.tsx';
import { RecentOperations } from './RecentOperations.tsx';
import { RequestRow } from './RequestRow.tsx';
import { Rows } from './Row.tsx';
import { RunningNow } from './RunningNow.tsx';
import { WaitingForYou } from './WaitingForYou.tsx';

const endedShown = 8;
const dayMs = 86_400_000;

const isLive = ({ state }: Grant) => state === 'live' || state === 'unrecorded';

/** My access. */
export function AccessScreen() {
  // Kept beside the cards: what became of it is still to be read when its card is gone.
  const [ending, setEnding] = useState<Grant>();
  const me = useQuery(meQuery);
  const grants = useQuery(myGrantsQuery);
  const requests = useQuery(myRequestsQuery);
  const waiting = useQuery(myPendingQuery);

  const live = useMemo(
    () =>
      (grants.data?.grants ?? [])
        .filter(isLive)
        .toSorted((a, b) => Number(b.critical) - Number(a.critical) || a.endsAt - b.endsAt),
    [grants.data],
  );
  const ended = (grants.data?.grants ?? []).filter((grant) => !isLive(grant)).slice(0, endedShown);
  const refused = (requests.data?.requests ?? []).filter(({ state, decidedAt = 0 }) => {
    return (state === 'denied' || state === 'lapsed') && decidedAt > clock.now() - dayMs;
  });
  const pending = waiting.data?.requests ?? [];
  const operations = useQuery(operationsQuery);
  const forMe = useQuery({ ...waitsForMeQuery, enabled: me.data?.approves === true });
  const isReady =
    me.data !== undefined &&
    [grants, requests, waiting, operations].every(({ isPending }) => !isPending) &&
    (!me.data.approves || !forMe.isPending);
  const problem =
    [grants.error, requests.error, waiting.error].find(
      (error) => error?.isOutage === false && !error.isSignedOut,
    ) ?? null;

  return (
    <Screen
      title="My access"
      isReady={isReady}
      action={
        <ButtonLink to="/ask" size="md" leftSection={<Icon name="plus" />}>
          Ask for access
        </ButtonLink>
      }
    >
      <ProblemNotice problem={problem} />
      {ending !== undefined && <EndDialog grant={ending} isOpen onClose={() => setEnding(undefined)} />}
      {me.data?.approves === true && <WaitingForYou />}
      <Section title="Open now">
        {grants.data === undefined ? (
          <Skeleton height={190} radius={12} />
        ) : live.length === 0 ? (
          <FirstSteps me={me.data} />
        ) : (
          <LongList as="div" items={live} keyOf={({ id }) => id} rowHeight={230} className={classes.cards}>
            {(grant) => (
              <div key={grant.id} className={classes.spaced}>
                <GrantCard
                  grant={grant}
                  gateway={me.data?.gateway}
                  onEnd={() => setEnding(grant)}
                  extension={pending.find((request) => request.extends === grant.id)}
                />
              </div>
            )}
          </LongList>
        )}
      </Section>
      {me.data !== undefined && <RunningNow viewerId={me.data.principal.id} />}
      <Section
        title="Waiting for an answer"
        beside={
          <TextLink to="/requests" size="sm">
            All my requests
          </TextLink>
        }
      >
        {waiting.data === undefined ? (
          <Skeleton height={66} radius={12} />
        ) : pending.length === 0 ? (
          <Panel>You have asked for nothing that is still to be decided.</Panel>
        ) : (
          <Panel flush>
            <Rows>
              {pending.map((request) => (
                <RequestRow key={request.id} request={request} />
              ))}
            </Rows>
          </Panel>
        )}
      </Section>
      {ended.length + refused.length > 0 && (
        <Section title="Ended or denied in the last 24 hours">
          <Panel flush>
            <Rows>
              {refused.map((request) => (
                <RequestRow key={request.id} request={request} />
              ))}
              {ended.map((grant) => (
                <EndedRow key={grant.id} grant={grant} viewerId={me.data?.principal.id} />
              ))}
            </Rows>
          </Panel>
        </Section>
      )}
      {me.data !== undefined && <OwnAddresses gateway={me.data.gateway} />}
      {me.data !== undefined && <RecentOperations viewerId={me.data.principal.id} />}
    </Screen>
  );
}
