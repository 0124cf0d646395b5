/** How the gateway itself is: the last hours, each node with its audit and hosts, the store. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Rows } from '../access/Row.tsx';
import { nowQuery } from '../api/queries.ts';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Section } from '../shell/Section.tsx';
import classes from './HowItIs.module.css';
import { NodeRow } from './NodeRow.tsx';
import { policiesDiffer, storeWords } from './node-words.ts';

const LastHours = lazy(() => import('./LastHours.tsx').then((file) => ({ default: file.LastHours })));

/** For admins and auditors. */
export function HowItIs() {
  const { data, error } = useQuery(nowQuery);
  const problem = error?.isOutage === false && !error.isSignedOut ? error : null;
  if (data === undefined)
    return problem === null ? <Skeleton height={320} radius={12} /> : <ProblemNotice problem={problem} />;
  return (
    <>
      <Section title="The last six hours">
        <Panel>
          <Suspense fallback={<Skeleton height={300} radius={12} />}>
            <LastHours now={data} />
          </Suspense>
        </Panel>
      </Section>
      <Section title="Nodes" beside={<span className={classes.store}>{storeWords(data.store)}</span>}>
        <ProblemNotice problem={problem} />
        <Panel flush>
          <Rows>
            {data.nodes.map((node) => (
              <NodeRow
                key={node.node}
                node={node}
                answers={node.node === data.node}
                hasOtherPolicy={policiesDiffer(data) && node.policy !== data.policy}
              />
            ))}
          </Rows>
        </Panel>
      </Section>
    </>
  );
}
