/** `/audit`: what is on record, newest first, narrowed by the address. */
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { auditQuery } from '../api/queries.ts';
import { Empty } from '../shell/Empty.tsx';
import { LongList } from '../shell/LongList.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { personName } from '../text/person-name.ts';
import { AccessReport } from './AccessReport.tsx';
import { AtMoment } from './AtMoment.tsx';
import { Attested } from './Attested.tsx';
import classes from './AuditScreen.module.css';
import type { AuditSearch } from './audit-search.ts';
import { useAuditTail } from './audit-tail.ts';
import { Bars } from './Bars.tsx';
import { EntryRow } from './EntryRow.tsx';
import { ExportButton } from './ExportButton.tsx';
import { entriesOf, entriesWords, placeOf } from './entry-words.ts';
import { FilterForm } from './FilterForm.tsx';
import { FollowControl } from './FollowControl.tsx';
import { Replay } from './Replay.tsx';
import { TimeLineChart } from './TimeLineChart.tsx';

const route = getRouteApi('/audit');
/** There is no end to scroll to in fewer. */
const filledFrom = 60;

/** Auditors' first screen. */
export function AuditScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(search),
  );
  const entries = useMemo(() => entriesOf(data?.pages.flatMap((page) => page.entries) ?? []), [data]);
  const people = useMemo(
    () => new Map(data?.pages.flatMap((page) => page.people).map((person) => [person.id, person])),
    [data],
  );
  const named = useMemo(() => [...people.values()], [people]);
  // A page is what could be looked through in a while: where little fits, the next is asked for by itself.
  const goesOn = hasNextPage && !isFetchingNextPage && error === null && entries.length < filledFrom;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  // Entries that were opened stay open while they are out of sight.
  const [opened] = useState(() => new Set<string>());
  const list = useRef<HTMLDivElement>(null);
  const tail = useAuditTail(search, () => (list.current?.getBoundingClientRect().top ?? 0) >= 0);
  const following = search.to === undefined && (
    <FollowControl tail={tail} onShow={() => list.current?.scrollIntoView()} />
  );
  const nameOf = (id: string) => personName(people.get(id) ?? { id });
  const subject = subjectOf(search, nameOf);

  return (
    <Screen title="Audit">
      <ProblemNotice problem={error?.isOutage === false && !error.isSignedOut ? error : null} />
      <Panel>
        <FilterForm
          key={JSON.stringify(search)}
          search={search}
          people={named}
          onSearch={(to) => void navigate({ to: '/audit', search: to })}
        />
      </Panel>
      <Panel>
        <Bars
          search={search}
          onNarrow={(period) => void navigate({ to: '/audit', search: { ...search, ...period } })}
        />
      </Panel>
      {data !== undefined && (
        <div className={classes.tools}>
          <Replay key={`replay ${JSON.stringify(search)}`} search={search} />
          <AccessReport key={`report ${JSON.stringify(search)}`} search={search} />
          <AtMoment key={`moment ${JSON.stringify(search)}`} search={search} />
          <Attested />
        </div>
      )}
      {data === undefined || (entries.length === 0 && hasNextPage) ? (
        error === null && <Skeleton height={300} radius={12} />
      ) : entries.length === 0 ? (
        <Empty title="Nothing on record fits" action={following}>
          <p>
            Widen the period, or take a field away. People are picked by name or given by their id; a type is
            one of the audit’s, such as <code>operation.refused</code>, or the part before its dot:{' '}
            <code>grant</code> finds all that begin so.
          </p>
        </Empty>
      ) : (
        <>
          {subject !== undefined && <TimeLineChart entries={entries} of={subject} nameOf={nameOf} />}
          <Section
            beside={following}
            title={`${hasNextPage ? 'The newest ' : ''}${entriesWords(entries.length)}`}
          >
            <div className={classes.actions}>
              <ExportButton key={JSON.stringify(search)} search={search} />
            </div>
            <div ref={list}>
              <Panel flush>
                <LongList
                  as="div"
                  items={entries}
                  keyOf={placeOf}
                  rowHeight={45}
                  onNearEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
                >
                  {(entry) => <EntryRow key={placeOf(entry)} entry={entry} people={people} opened={opened} />}
                </LongList>
              </Panel>
            </div>
            {hasNextPage && (
              <div>
                <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  Older entries
                </Button>
              </div>
            )}
          </Section>
        </>
      )}
    </Screen>
  );
}

/** Whose time line can be drawn. */
function subjectOf({ grant, principal, repository }: AuditSearch, nameOf: (id: string) => string) {
  if (grant !== undefined) return `grant ${grant}`;
  return principal === undefined ? repository : nameOf(principal);
}
