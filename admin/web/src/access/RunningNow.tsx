/** What the viewer has running now: their own transfers, on whatever node. */
import { useQuery } from '@tanstack/react-query';
import { operationsQuery } from '../api/queries.ts';
import { OperationRow } from '../now/OperationRow.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { LongRows } from './Row.tsx';

/** Nothing while nothing runs. */
export function RunningNow({ viewerId }: { viewerId: string }) {
  const { data } = useQuery(operationsQuery);
  const own = (data?.operations ?? []).filter(({ principal }) => principal.id === viewerId);
  if (own.length === 0) return null;
  return (
    <Section title="Running now">
      <Panel flush>
        <LongRows items={own} keyOf={({ id }) => id}>
          {(operation) => (
            <OperationRow
              key={operation.id}
              operation={operation}
              rate={undefined}
              endsAt={undefined}
              onCut={undefined}
            />
          )}
        </LongRows>
      </Panel>
    </Section>
  );
}
