/** Who could reach what at one moment, rebuilt from the log when somebody asks: it goes through all of it. */
import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { momentQuery } from '../api/queries.ts';
import type { Person, StoodThen } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { clock, viewerZone } from '../clock/page-clock.ts';
import { Notice } from '../shell/Notice.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { counted } from '../text/counted.ts';
import { Escaped } from '../text/Escaped.tsx';
import { zoneName } from '../text/moment-words.ts';
import classes from './AtMoment.module.css';
import type { AuditSearch } from './audit-search.ts';
import { localInput, momentOfInput } from './local-input.ts';
import { withNames } from './replay-words.ts';
import { stoppedBy } from './stopped-by.ts';

/** @param search its repository, person and grant are all that is told of; its Until is the moment at first */
export function AtMoment({ search }: { search: AuditSearch }) {
  const { repository, to } = search;
  const [typed, setTyped] = useState(() => localInput(to ?? String(Math.floor(clock.now()))));
  const [at, setAt] = useState<string>();
  const { data, error, isFetching } = useQuery({
    ...momentQuery(at ?? '', search),
    enabled: at !== undefined,
  });
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAt(momentOfInput(typed));
  };
  return (
    <Section title="At one moment">
      <Panel>
        <p style={{ marginTop: 0 }}>
          Who could reach {repository === undefined ? 'what' : <Escaped>{repository}</Escaped>}, what was
          locked, and where the refs stood as their hosts last confirmed them.
        </p>
        <form onSubmit={send} aria-label="One moment">
          <Group gap={8} align="flex-end">
            <TextInput
              type="datetime-local"
              step={1}
              label={`Moment (${zoneName(clock.now(), viewerZone)})`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              required
            />
            <Button type="submit" variant="default" loading={isFetching}>
              Show
            </Button>
          </Group>
        </form>
        <ProblemNotice problem={isFetching ? null : error} />
        {data?.moment !== undefined && <Stood moment={data.moment} people={data.people} />}
      </Panel>
    </Section>
  );
}

function Stood({
  moment: { at, grants, grantsLeftOut, locks, locksLeftOut, refs, refsLeftOut, gaps },
  people,
}: {
  moment: StoodThen;
  people: readonly Person[];
}) {
  return (
    <>
      <p role="status">
        At <Moment at={at} withSeconds />: {counted(grants.length, 'live grant')},{' '}
        {counted(locks.length, 'lock')}, {counted(refs.length, 'ref')} that pushes through the gateway had
        changed.
      </p>
      {gaps.map(({ chain, what }) => (
        <Notice key={`${chain} ${what}`} tone="warn">
          <Escaped>{chain}</Escaped>: <Escaped>{what}</Escaped>
        </Notice>
      ))}
      <Listed title="Live grants" count={grants.length} leftOut={grantsLeftOut}>
        {grants.map(({ grantId, principalId, right, repository, refs: of, endsAt }) => (
          <li key={grantId}>
            <Escaped>{withNames(principalId, people)}</Escaped> may {right} <Escaped>{repository}</Escaped>
            {of.length > 0 && (
              <>
                {' '}
                (<Escaped>{of.join(', ')}</Escaped>)
              </>
            )}{' '}
            until <Moment at={endsAt} withSeconds /> · {grantId}
          </li>
        ))}
      </Listed>
      <Listed title="Locks" count={locks.length} leftOut={locksLeftOut}>
        {locks.map((lock) => (
          <li key={lock.lockId}>
            <Escaped>{withNames(stoppedBy(lock), people)}</Escaped>: <Escaped>{lock.reason}</Escaped> ·{' '}
            {lock.lockId}
          </li>
        ))}
      </Listed>
      <Listed title="Refs" count={refs.length} leftOut={refsLeftOut}>
        {refs.map(({ repository, ref, id, confirmedAt }) => (
          <li key={`${repository} ${ref}`}>
            <Escaped>{`${repository} ${ref}`}</Escaped> <code>{id.slice(0, 12)}</code>, confirmed{' '}
            <Moment at={confirmedAt} withSeconds />
          </li>
        ))}
      </Listed>
    </>
  );
}

function Listed({
  title,
  count,
  leftOut,
  children,
}: {
  title: string;
  count: number;
  leftOut: number;
  children: ReactNode;
}) {
  if (count === 0) return null;
  return (
    <>
      <h3 className={classes.title}>{title}</h3>
      <ul className={classes.list}>{children}</ul>
      {leftOut > 0 && <p>{leftOut} more: name a repository or a person above.</p>}
    </>
  );
}
