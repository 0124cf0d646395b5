/** The access report of a period: what it says in short, the whole of it as a page to print, and its sign-off. */
import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useSignOff } from '../api/changes.ts';
import { Moment } from '../clock/Moment.tsx';
import { Notice } from '../shell/Notice.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { Tag } from '../shell/Tag.tsx';
import { counted } from '../text/counted.ts';
import { Escaped } from '../text/Escaped.tsx';
import { type Period, useAskedReport } from './asked-report.ts';
import type { AuditSearch } from './audit-search.ts';
import type { ReadReport } from './report-reading.ts';

/** @param search its From and Until are the period; without them the last 90 days */
export function AccessReport({ search }: { search: AuditSearch }) {
  const { period, report, problem, isFetching, read } = useAskedReport(search);
  return (
    <Section title="Access report">
      <Panel>
        <p style={{ marginTop: 0 }}>
          Who had what access between From and Until, why, and what was done with it; without them, in the
          last 90 days.
        </p>
        {report === undefined && (
          <Button variant="default" loading={isFetching} onClick={read}>
            Read the report
          </Button>
        )}
        <ProblemNotice problem={problem} />
        {report !== undefined && period !== undefined && <InShort report={report} period={period} />}
      </Panel>
    </Section>
  );
}

function InShort({ report, period }: { report: ReadReport; period: Period }) {
  const { grants, neverUsed, refusals, gaps, reviews, hash } = report;
  const address = `/api/audit/report?from=${encodeURIComponent(period.from)}&to=${encodeURIComponent(period.to)}&format=html`;
  return (
    <Stack gap={12}>
      <p role="status" style={{ margin: 0 }}>
        {counted(grants, 'grant')}, {neverUsed} of them never used; {counted(refusals, 'refused attempt')}.{' '}
        <Anchor href={address} target="_blank" rel="noreferrer" underline="always">
          The whole report, to print
        </Anchor>
      </p>
      {gaps.map((gap) => (
        <Notice key={gap} tone="warn">
          <Escaped>{gap}</Escaped>
        </Notice>
      ))}
      {reviews.map(({ by, at, remarks, isOfThis }) => (
        <p key={`${by} ${at}`} style={{ margin: 0 }}>
          <Tag tone={isOfThis ? 'good' : 'warn'}>{isOfThis ? 'signed off' : 'signed off as it was then'}</Tag>{' '}
          by <Escaped>{by}</Escaped>, <Moment at={at} />: <Escaped>{remarks}</Escaped>
        </p>
      ))}
      <SignOff period={period} hash={hash} />
    </Stack>
  );
}

function SignOff({ period, hash }: { period: Period; hash: string }) {
  const [remarks, setRemarks] = useState('');
  const signOff = useSignOff();
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (remarks.trim() !== '')
      signOff.mutate({ ...period, remarks, hash }, { onSuccess: () => setRemarks('') });
  };
  return (
    <form onSubmit={send} aria-label="Sign-off">
      <Stack gap={8} align="flex-start">
        <TextInput
          label="Your remarks"
          description="What you looked at and what is to be done; the audit keeps it with the hash of this very report."
          value={remarks}
          onChange={(event) => setRemarks(event.currentTarget.value)}
          maxLength={2_000}
          required
          w="100%"
        />
        <Button type="submit" loading={signOff.isPending}>
          Sign off
        </Button>
        <ProblemNotice problem={signOff.error} />
      </Stack>
    </form>
  );
}
