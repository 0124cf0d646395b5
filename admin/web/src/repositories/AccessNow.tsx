/** Who has access to a repository right now, as far as the viewer may see it. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Row, Rows } from '../access/Row.tsx';
import { seenGrantsQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Tag } from '../shell/Tag.tsx';
import { personName } from '../text/person-name.ts';

/** Live grants on it, the first to end first. */
export function AccessNow({ repository }: { repository: string }) {
  const { data } = useQuery(seenGrantsQuery);
  const live = data?.grants
    .filter(({ state, scope }) => state === 'live' && scope.repository === repository)
    .toSorted((a, b) => a.endsAt - b.endsAt);
  return (
    <Section title="Who has access now">
      {live === undefined ? (
        <Skeleton height={66} radius={12} />
      ) : live.length === 0 ? (
        <Panel>Nobody whose access you may see.</Panel>
      ) : (
        <Panel flush>
          <Rows>
            {live.map(({ id, principal, scope, endsAt }) => (
              <Row
                key={id}
                head={
                  <>
                    <strong>{personName(principal)}</strong> <Tag>{scope.right}</Tag>
                  </>
                }
              >
                {id} · until <Moment at={endsAt} />, <TimeLeft until={endsAt} /> left
              </Row>
            ))}
          </Rows>
        </Panel>
      )}
    </Section>
  );
}
