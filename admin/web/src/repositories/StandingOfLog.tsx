/** What the log says of the policy, for auditors: rules that nobody used for 90 days, approvers who never signed in. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reportQuery } from '../api/queries.ts';
import type { Period } from '../audit/AccessReport.tsx';
import type { ReadReport } from '../audit/report-reading.ts';
import { clock } from '../clock/page-clock.ts';
import { Notice } from '../shell/Notice.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';

const ninetyDaysMs = 90 * 86_400_000;

/** Asked for by a button, since it reads 90 days of the log. */
export function StandingOfLog() {
  const [period, setPeriod] = useState<Period>();
  const { data, error, isFetching } = useQuery({
    ...reportQuery(period ?? { from: '', to: '' }),
    enabled: period !== undefined,
  });
  const read = () => {
    const now = Math.floor(clock.now());
    setPeriod({ from: String(now - ninetyDaysMs), to: String(now) });
  };
  return (
    <Section title="Unused for 90 days">
      <Panel>
        {data === undefined ? (
          <Button variant="default" loading={isFetching} onClick={read}>
            Look into the log
          </Button>
        ) : (
          <Found report={data} />
        )}
        <ProblemNotice problem={isFetching ? null : error} />
      </Panel>
    </Section>
  );
}

function Found({ report: { unusedRules, neverSignedIn, gaps } }: { report: ReadReport }) {
  if (unusedRules === undefined) return <>The log holds no policy that can be read.</>;
  return (
    <>
      {gaps.length > 0 && (
        <Notice tone="warn">Parts of the log are missing here, so what was used there is not known.</Notice>
      )}
      <p style={{ marginTop: 0 }}>
        {unusedRules.length === 0
          ? 'Something was done under every rule.'
          : 'Rules under which nothing was fetched or pushed:'}
      </p>
      <ul aria-label="Rules unused for 90 days">
        {unusedRules.map((rule) => (
          <li key={rule}>
            <code>
              <Escaped>{rule}</Escaped>
            </code>
          </li>
        ))}
      </ul>
      <p>
        {neverSignedIn.length === 0
          ? 'Everybody who is named as an approver has signed in.'
          : 'Approvers of whom nobody ever signed in:'}
      </p>
      <ul aria-label="Approvers who never signed in">
        {neverSignedIn.map(({ who, rules }) => (
          <li key={who}>
            <Escaped>{who}</Escaped>, for <Escaped>{rules.join(', ')}</Escaped>
          </li>
        ))}
      </ul>
    </>
  );
}
