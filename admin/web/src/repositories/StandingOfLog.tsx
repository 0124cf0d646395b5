/** What the log says of the policy, for auditors: rules that nobody used for 90 days, approvers who never signed in. */
import { Button } from '@mantine/core';
import { useAskedReport } from '../audit/asked-report.ts';
import type { ReadReport } from '../audit/report-reading.ts';
import { Notice } from '../shell/Notice.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';

/** Asked for by a button, since it reads 90 days of the log. */
export function StandingOfLog() {
  const { report, problem, isFetching, read } = useAskedReport();
  return (
    <Section title="Unused for 90 days">
      <Panel>
        {report === undefined ? (
          <Button variant="default" loading={isFetching} onClick={read}>
            Look into the log
          </Button>
        ) : (
          <Found report={report} />
        )}
        <ProblemNotice problem={problem} />
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
      {unusedRules.length > 0 && (
        <ul aria-label="Rules unused for 90 days">
          {unusedRules.map((rule) => (
            <li key={rule}>
              <code>
                <Escaped>{rule}</Escaped>
              </code>
            </li>
          ))}
        </ul>
      )}
      <p style={{ marginBottom: 0 }}>
        {neverSignedIn.length === 0
          ? 'Everybody who is named as an approver has signed in.'
          : 'Approvers of whom nobody ever signed in:'}
      </p>
      {neverSignedIn.length > 0 && (
        <ul aria-label="Approvers who never signed in" style={{ marginBottom: 0 }}>
          {neverSignedIn.map(({ who, rules }) => (
            <li key={who}>
              <Escaped>{who}</Escaped>, for <Escaped>{rules.join(', ')}</Escaped>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
