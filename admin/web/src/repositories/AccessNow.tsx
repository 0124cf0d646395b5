/** Who has access to a repository right now, as far as the viewer may see it. */
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EndDialog } from '../access/EndDialog.tsx';
import { Row, Rows } from '../access/Row.tsx';
import { meQuery, seenGrantsQuery } from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Tag } from '../shell/Tag.tsx';
import { personName } from '../text/person-name.ts';

/** Live grants on it, the first to end first. */
export function AccessNow({ repository }: { repository: string }) {
  // Kept beside the rows: what became of it is still to be read when its row is gone.
  const [ending, setEnding] = useState<Grant>();
  const me = useQuery(meQuery);
  const { data } = useQuery(seenGrantsQuery);
  const live = data?.grants
    .filter(({ state, scope }) => state === 'live' && scope.repository === repository)
    .toSorted((a, b) => a.endsAt - b.endsAt);
  return (
    <Section title="Who has access now">
      {ending !== undefined && (
        <EndDialog
          grant={ending}
          isOwn={ending.principal.id === me.data?.principal.id}
          isOpen
          onClose={() => setEnding(undefined)}
        />
      )}
      {live === undefined ? (
        <Skeleton height={66} radius={12} />
      ) : live.length === 0 ? (
        <Panel>Nobody whose access you may see.</Panel>
      ) : (
        <Panel flush>
          <Rows>
            {live.map((grant) => (
              <AccessRow key={grant.id} grant={grant} onEnd={() => setEnding(grant)} />
            ))}
          </Rows>
        </Panel>
      )}
      {data?.more === true && <p>Only the newest grants are looked at: older ones may be left out.</p>}
    </Section>
  );
}

function AccessRow({ grant, onEnd }: { grant: Grant; onEnd: () => void }) {
  const { id, principal, scope, endsAt, may } = grant;
  return (
    <Row
      head={
        <>
          <strong>{personName(principal)}</strong> <Tag>{scope.right}</Tag>
        </>
      }
      side={
        may.revoke && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`End ${scope.right} by ${personName(principal)}`}
            onClick={onEnd}
          >
            End
          </Button>
        )
      }
    >
      {id} · until <Moment at={endsAt} />, <TimeLeft until={endsAt} /> left
    </Row>
  );
}
