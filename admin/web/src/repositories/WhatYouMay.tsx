/** What would be decided for the viewer now, in a sentence for each right, also of a push to one ref, and the way to ask. */
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { canQuery } from '../api/queries.ts';
import { fullRefName, isRefName } from '../ask/ref-name.ts';
import { Moment } from '../clock/Moment.tsx';
import { ButtonLink } from '../shell/ButtonLink.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { firstSentence } from './first-sentence.ts';
import classes from './WhatYouMay.module.css';

/** The API takes names of 1,024 characters. */
const longestRef = 1_000;

/** Fetch and push, as the doors would decide them. */
export function WhatYouMay({ repository }: { repository: string }) {
  const [written, setWritten] = useState('');
  const [settled] = useDebouncedValue(fullRefName(written), 400);
  const ref = isRefName(settled) ? settled : '';
  return (
    <Section title="What you may do now">
      <Panel>
        <div className={classes.list}>
          <OneRight repository={repository} right="fetch" />
          <TextInput
            label="Branch or ref"
            description="Says below whether a push may move it; left empty, whether you may push at all."
            placeholder="main, or refs/tags/v1"
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value)}
            error={
              settled !== '' && ref === '' && 'No name that a ref can have, such as main or refs/tags/v1.'
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maxLength={longestRef}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <div role="status">
            <OneRight repository={repository} right="push" ref={ref} />
          </div>
        </div>
      </Panel>
    </Section>
  );
}

/** @param ref of a push, the full name of the only one asked about; `''` for none */
function OneRight({
  repository,
  right,
  ref = '',
}: {
  repository: string;
  right: 'fetch' | 'push';
  ref?: string;
}) {
  const { data } = useQuery(canQuery(repository, right, ref));
  if (data === undefined) return <p className={classes.one}>…</p>;
  return (
    <div className={classes.one}>
      <Tag tone={data.allowed ? 'good' : 'quiet'}>{data.allowed ? `may ${right}` : `no ${right}`}</Tag>
      <span className={classes.why}>
        {data.grantId !== undefined && data.endsAt !== undefined ? (
          <>
            Grant {data.grantId} covers {ref === '' ? 'it' : <Escaped>{ref}</Escaped>} until{' '}
            <Moment at={data.endsAt} />.
          </>
        ) : (
          <Escaped>{firstSentence(data.message)}</Escaped>
        )}
      </span>
      {data.ask !== undefined && (
        <ButtonLink
          to="/ask/$"
          params={{ _splat: repository }}
          search={{ right, ...(ref === '' ? {} : { ref }) }}
          variant="default"
          size="xs"
        >
          Ask for it
        </ButtonLink>
      )}
    </div>
  );
}
