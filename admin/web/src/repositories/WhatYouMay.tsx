/** What would be decided for the viewer now, in a sentence for each right, and the way to ask. */
import { useQuery } from '@tanstack/react-query';
import { canQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { firstSentence } from './first-sentence.ts';
import classes from './WhatYouMay.module.css';

/** Fetch and push, as the doors would decide them. */
export function WhatYouMay({ repository }: { repository: string }) {
  return (
    <Section title="What you may do now">
      <Panel>
        <div className={classes.list}>
          <OneRight repository={repository} right="fetch" />
          <OneRight repository={repository} right="push" />
        </div>
      </Panel>
    </Section>
  );
}

function OneRight({ repository, right }: { repository: string; right: 'fetch' | 'push' }) {
  const { data } = useQuery(canQuery(repository, right));
  if (data === undefined) return <p className={classes.one}>…</p>;
  return (
    <div className={classes.one}>
      <Tag tone={data.allowed ? 'good' : 'quiet'}>{data.allowed ? `may ${right}` : `no ${right}`}</Tag>
      <span className={classes.why}>
        {data.grantId !== undefined && data.endsAt !== undefined ? (
          <>
            Grant {data.grantId} covers it until <Moment at={data.endsAt} />.
          </>
        ) : (
          <Escaped>{firstSentence(data.message)}</Escaped>
        )}
      </span>
      {data.ask !== undefined && (
        <ButtonLink
          to="/ask/$"
          params={{ _splat: repository }}
          search={{ right }}
          variant="default"
          size="xs"
        >
          Ask for it
        </ButtonLink>
      )}
    </div>
  );
}
