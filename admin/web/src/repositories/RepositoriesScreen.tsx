/** `/repositories`: the rules that concern the viewer, who has access now, and what holds for one repository: its rule and what they may do. */
import { Autocomplete, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accessNowQuery, canQuery, meQuery, rulesQuery, seenRequestsQuery } from '../api/queries.ts';
import { seesAll, seesOthers, useSeenGrants } from '../api/seen-grants.ts';
import { tidyName } from '../ask/rule-for.ts';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { AccessNow } from './AccessNow.tsx';
import { LiveGrants } from './LiveGrants.tsx';
import { RuleFacts } from './RuleFacts.tsx';
import { Standing } from './Standing.tsx';
import { StandingOfLog } from './StandingOfLog.tsx';
import { WhatYouMay } from './WhatYouMay.tsx';

const route = getRouteApi('/repositories');

/** With `?name=` in the address, that repository; below it every rule the viewer may see. */
export function RepositoriesScreen() {
  const { name = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(name);
  const wanted = tidyName(name);
  const me = useQuery(meQuery);
  const list = useQuery(rulesQuery(wanted));
  const grants = useSeenGrants();
  const requests = useQuery(seenRequestsQuery);
  const { error } = list;
  const mayFetch = useQuery({ ...canQuery(wanted, 'fetch'), enabled: wanted !== '' });
  const mayPush = useQuery({ ...canQuery(wanted, 'push'), enabled: wanted !== '' });
  const access = useQuery({ ...accessNowQuery(wanted), enabled: wanted !== '' });
  const shownFirst = wanted === '' ? [me, list, grants] : [me, list, mayFetch, mayPush, access];
  const isReady = shownFirst.every(({ isPending }) => !isPending);
  const look = (text: string) =>
    void navigate({ to: '/repositories', search: tidyName(text) === '' ? {} : { name: tidyName(text) } });
  const names = [
    ...new Set([
      ...(grants.data?.grants ?? []).map(({ scope }) => scope.repository),
      ...(requests.data?.requests ?? []).flatMap(({ scopes }) => scopes.map(({ repository }) => repository)),
    ]),
  ];
  const matched = list.data?.rules.find(({ number }) => number === list.data.matched);

  return (
    <Screen title="Repositories" isReady={isReady}>
      <ProblemNotice problem={error?.isOutage === false && !error.isSignedOut ? error : null} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          look(typed);
        }}
      >
        <Autocomplete
          label="Look up a repository"
          placeholder="upstream/path, or paste its address; Enter looks it up"
          value={typed}
          onChange={setTyped}
          onOptionSubmit={look}
          data={names}
          limit={8}
          size="md"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1_024}
        />
      </form>
      {wanted !== '' && list.data !== undefined && (
        <>
          <Section title={`Rule for ${list.data.repository ?? wanted}`}>
            {matched === undefined ? (
              <Panel>
                No rule that concerns you matches <Escaped>{list.data.repository ?? wanted}</Escaped>. Check
                its spelling; some rules need a group that you are not in.
              </Panel>
            ) : (
              <RuleFacts
                rule={matched}
                why={`The first rule whose pattern fits ${list.data.repository ?? wanted}; no later one counts.`}
              />
            )}
          </Section>
          <WhatYouMay repository={list.data.repository ?? wanted} />
          <AccessNow repository={wanted} />
        </>
      )}
      {wanted === '' && seesOthers(me.data) && <LiveGrants seesAll={seesAll(me.data)} />}
      <Section title="Rules">
        {list.data === undefined ? (
          <Skeleton height={200} radius={12} />
        ) : (
          <>
            {list.data.rules.map((rule) => (
              <RuleFacts key={rule.number} rule={rule} />
            ))}
            {list.data.rules.length === 0 && (
              <Panel>No rule lets you ask for anything or answer anybody.</Panel>
            )}
            {list.data.hidden > 0 && (
              <p style={{ margin: 0 }}>
                {list.data.hidden} more {list.data.hidden === 1 ? 'rule does' : 'rules do'} not concern you.
              </p>
            )}
          </>
        )}
      </Section>
      {list.data !== undefined && <Standing rules={list.data.rules} />}
      {me.data?.roles.includes('auditor') === true && <StandingOfLog />}
    </Screen>
  );
}
