/** An operator's first screen: what runs on all nodes at this moment, the locks that stand, and how the nodes are. */
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LongRows, Rows } from '../access/Row.tsx';
import { locksQuery, meQuery, nowQuery, operationsQuery } from '../api/queries.ts';
import { useSeenGrants } from '../api/seen-grants.ts';
import type { Lock, Operation } from '../api/shapes.ts';
import { Empty } from '../shell/Empty.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { CutDialog } from './CutDialog.tsx';
import { HowItIs } from './HowItIs.tsx';
import { LiftDialog } from './LiftDialog.tsx';
import { LockDialog } from './LockDialog.tsx';
import { LockRow } from './LockRow.tsx';
import { OperationRow } from './OperationRow.tsx';
import { makeRates } from './rates.ts';

/** Newest first, as they come. */
export function NowScreen() {
  const [isLocking, setLocking] = useState(false);
  const me = useQuery(meQuery);
  const operations = useQuery(operationsQuery);
  const isAdmin = me.data?.roles.includes('admin') === true;
  const mayWatch = isAdmin || me.data?.roles.includes('auditor') === true;
  const { error } = operations;
  const locks = useQuery({ ...locksQuery, enabled: mayWatch });
  const state = useQuery({ ...nowQuery, enabled: mayWatch });
  const grants = useSeenGrants();
  const isReady =
    me.data !== undefined &&
    !operations.isPending &&
    !grants.isPending &&
    (!mayWatch || (!locks.isPending && !state.isPending));

  return (
    <Screen
      title="Now"
      isReady={isReady}
      action={
        isAdmin && (
          <Button color="red" variant="light" onClick={() => setLocking(true)}>
            Stop access
          </Button>
        )
      }
    >
      <ProblemNotice problem={error?.isOutage === false && !error.isSignedOut ? error : null} />
      <Section title="Running">
        {operations.data === undefined ? (
          <Skeleton height={132} radius={12} />
        ) : (
          <RunningList {...operations.data} mayCut={isAdmin} />
        )}
      </Section>
      {mayWatch && <Locks mayLift={isAdmin} />}
      {mayWatch && <HowItIs />}
      <LockDialog isOpen={isLocking} onClose={() => setLocking(false)} />
    </Screen>
  );
}

function RunningList({
  now,
  operations,
  more,
  mayCut,
}: {
  now: number;
  operations: readonly Operation[];
  more: number;
  mayCut: boolean;
}) {
  const [cutting, setCutting] = useState<Operation>();
  const grants = useSeenGrants();
  const [rate] = useState(makeRates);
  const rates = useMemo(() => rate(now, operations), [rate, now, operations]);
  const ends = new Map(grants.data?.grants.map(({ id, endsAt }) => [id, endsAt]));
  return (
    <>
      <CutDialog operation={cutting} onClose={() => setCutting(undefined)} />
      {operations.length === 0 ? (
        <Empty title="Nothing is running">
          <p>
            Fetches and pushes appear here while they move, on whatever node, and go when they have ended; the
            audit has those.
          </p>
        </Empty>
      ) : (
        <Panel flush>
          <LongRows items={operations} keyOf={({ id }) => id}>
            {(operation) => {
              const known = operation.grantIds.flatMap((id) => ends.get(id) ?? []);
              return (
                <OperationRow
                  key={operation.id}
                  operation={operation}
                  rate={rates.get(operation.id)}
                  endsAt={known.length === 0 ? undefined : Math.min(...known)}
                  onCut={mayCut ? () => setCutting(operation) : undefined}
                />
              );
            }}
          </LongRows>
          {more > 0 && <p style={{ padding: '0 20px' }}>and {more} more that are not listed</p>}
        </Panel>
      )}
    </>
  );
}

function Locks({ mayLift }: { mayLift: boolean }) {
  const [lifting, setLifting] = useState<Lock>();
  const locks = useQuery(locksQuery);
  return (
    <Section title="Locks">
      <LiftDialog lock={lifting} onClose={() => setLifting(undefined)} />
      {locks.data === undefined ? (
        <Skeleton height={66} radius={12} />
      ) : locks.data.locks.length === 0 ? (
        <Empty title="Nothing is locked">
          <p>
            A lock stops a person, a repository, a host or everything at once, whatever was granted, and cuts
            what runs. It stands until it ends or somebody lifts it.
          </p>
        </Empty>
      ) : (
        <Panel flush>
          <Rows>
            {locks.data.locks.map((lock) => (
              <LockRow key={lock.id} lock={lock} onLift={mayLift ? () => setLifting(lock) : undefined} />
            ))}
          </Rows>
        </Panel>
      )}
    </Section>
  );
}
