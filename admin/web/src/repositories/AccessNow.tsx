/** Who has access to a repository right now, as far as the viewer may see it. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { accessNowQuery } from '../api/queries.ts';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { EndableGrants } from './EndableGrants.tsx';
import { LeftOut } from './LeftOut.tsx';

/** Live grants on it, the first to end first. */
export function AccessNow({ repository }: { repository: string }) {
  const { data } = useQuery(accessNowQuery(repository));
  return (
    <Section title="Who has access now">
      {data === undefined ? (
        <Skeleton height={66} radius={12} />
      ) : (
        <EndableGrants
          grants={data.grants}
          isPart={data.more}
          empty={<Panel>Nobody whose access you may see.</Panel>}
        />
      )}
      {data?.more === true && <LeftOut listed={data.grants.length} />}
    </Section>
  );
}
