/** What the viewer's own transfers came to; it stands last on its screen, since the log is read for it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { operationsQuery, ownOperationsQuery } from '../api/queries.ts';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { EndedOperationRow } from './EndedOperationRow.tsx';
import { LongRows } from './Row.tsx';

const shownAtFirst = 8;

/** Nothing until there was one. */
export function RecentOperations({ viewerId }: { viewerId: string }) {
  const [isAll, setAll] = useState(false);
  const running = useQuery(operationsQuery).data?.operations ?? [];
  const own = running.filter(({ principal }) => principal.id === viewerId).map(({ id }) => id);
  const { data, error, refetch } = useQuery(ownOperationsQuery);
  const ids = own.toSorted().join();
  const lastIds = useRef(ids);
  useEffect(() => {
    // One that runs no more is on record.
    if (lastIds.current !== ids) void refetch();
    lastIds.current = ids;
  }, [ids, refetch]);
  if (error?.isOutage === false && !error.isSignedOut) return <ProblemNotice problem={error} />;
  const operations = data?.operations ?? [];
  if (data === undefined || (operations.length === 0 && !data.partial)) return null;
  const shown = isAll ? operations : operations.slice(0, shownAtFirst);
  return (
    <Section title="Your last transfers">
      {operations.length > 0 && (
        <Panel flush>
          <LongRows items={shown} keyOf={({ id }) => id}>
            {(operation) => <EndedOperationRow key={operation.id} operation={operation} />}
          </LongRows>
        </Panel>
      )}
      {operations.length > shown.length && (
        <div>
          <Button variant="default" onClick={() => setAll(true)}>
            Show all {operations.length}
          </Button>
        </div>
      )}
      {data.partial && (
        <p style={{ margin: 0 }}>
          There may be more: parts of the log of other nodes, or older ones, are not to be had at this node.
        </p>
      )}
    </Section>
  );
}
