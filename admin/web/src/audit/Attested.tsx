/** How far the log of this node is signed, and what verifying its files says. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { lastCheckpointQuery, verifyQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { entriesOf, momentOf } from './entry-words.ts';
import { VerifiedLog } from './VerifiedLog.tsx';

/** Verified by a button, since it reads the whole log; the page claims nothing before. */
export function Attested() {
  const [isAsked, setAsked] = useState(false);
  const verified = useQuery({ ...verifyQuery, enabled: isAsked });
  const { data } = useQuery(lastCheckpointQuery);
  const [last] = entriesOf(data?.entries ?? []);
  const elsewhere = (data?.coverage ?? []).filter(({ here }) => !here);
  return (
    <Section title="Verified and attested">
      <Panel>
        <p style={{ marginTop: 0 }}>
          {data !== undefined && last === undefined && (
            <>
              This node’s log has no signed checkpoint: set <code>audit.signingKeyFile</code> to have them.
            </>
          )}
          {last !== undefined && (
            <>
              The last signed checkpoint is entry {String(last.seq)} of chain{' '}
              <Escaped>{String(last.chain)}</Escaped>, from <Moment at={momentOf(last)} withSeconds />.
            </>
          )}{' '}
          What the page lists is read, not verified: the button checks every hash and signature of this node’s
          files.
          {elsewhere.length > 0 && (
            <>
              {' '}
              Of other nodes only the newest entries are listed, those they shared; their logs have them all:{' '}
              <Escaped>{elsewhere.map(({ chain, head }) => `${chain} (${head} entries)`).join(', ')}</Escaped>
              .
            </>
          )}
        </p>
        <ProblemNotice problem={verified.isFetching ? null : verified.error} />
        {verified.data !== undefined && <VerifiedLog verified={verified.data} />}
        <Button
          variant="default"
          loading={verified.isFetching}
          onClick={() => (isAsked ? void verified.refetch() : setAsked(true))}
        >
          {verified.data === undefined ? 'Verify now' : 'Verify again'}
        </Button>
      </Panel>
    </Section>
  );
}
