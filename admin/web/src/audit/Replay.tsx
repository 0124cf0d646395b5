/** The replay of what is looked for: asked for by a button, since it reads the whole log. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { replayQuery } from '../api/queries.ts';
import { Notice } from '../shell/Notice.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';
import type { AuditSearch } from './audit-search.ts';
import { ReplayPlayer } from './ReplayPlayer.tsx';
import { tallyWords } from './replay-words.ts';

/** @param search its period, person, repository and grant */
export function Replay({ search }: { search: AuditSearch }) {
  const [isAsked, setAsked] = useState(false);
  const { data, error, isFetching } = useQuery({ ...replayQuery(search), enabled: isAsked });
  const replayed = data?.replayed;
  return (
    <Section title="Replay">
      <Panel>
        <p style={{ marginTop: 0 }}>
          Every decision is made again from the log alone: the policy, grants and locks that stood then. From
          and Until above bound what is played.
        </p>
        {replayed === undefined && (
          <Button variant="default" loading={isFetching} onClick={() => setAsked(true)}>
            Replay
          </Button>
        )}
        <ProblemNotice problem={isFetching ? null : error} />
        {replayed !== undefined && (
          <>
            <p role="status">
              {tallyWords(replayed.decisions, 'decision')} {tallyWords(replayed.grants, 'grant')}
            </p>
            {replayed.gaps.map((gap) => (
              <Notice key={`${gap.chain} ${gap.after} ${gap.what}`} tone="warn">
                <Escaped>{gap.chain}</Escaped>, behind entry {gap.after}: <Escaped>{gap.what}</Escaped>
              </Notice>
            ))}
            {replayed.timeLine.length === 0 ? (
              <p>Nothing happened in this period.</p>
            ) : (
              <ReplayPlayer replayed={replayed} people={data?.people ?? []} />
            )}
            {replayed.timeLineLeftOut > 0 && (
              <p>{replayed.timeLineLeftOut} later steps are left out: narrow the period to see them.</p>
            )}
          </>
        )}
      </Panel>
    </Section>
  );
}
