/** How far the log of this node is signed, and what it takes to verify it. */
import { useQuery } from '@tanstack/react-query';
import { lastCheckpointQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { entriesOf, momentOf } from './entry-words.ts';

/** The page claims nothing that only the files can show. */
export function Attested() {
  const { data } = useQuery(lastCheckpointQuery);
  if (data === undefined) return null;
  const [last] = entriesOf(data.entries);
  const elsewhere = data.coverage.filter(({ here }) => !here);
  return (
    <Section title="Attested">
      <Panel>
        {last === undefined ? (
          <>
            This node’s log has no signed checkpoint: set <code>audit.signingKeyFile</code> to have them.
          </>
        ) : (
          <>
            The last signed checkpoint is entry {String(last.seq)} of chain{' '}
            <Escaped>{String(last.chain)}</Escaped>, from <Moment at={momentOf(last)} withSeconds />.
          </>
        )}{' '}
        What the page shows is read and not verified; <code>sluice audit verify</code> does that on the files,
        with the public key and an anchor kept elsewhere.
        {elsewhere.length > 0 && (
          <>
            {' '}
            Other nodes answer for their own logs, which are not shown here:{' '}
            <Escaped>{elsewhere.map(({ chain, head }) => `${chain} (${head} entries)`).join(', ')}</Escaped>.
          </>
        )}
      </Panel>
    </Section>
  );
}
