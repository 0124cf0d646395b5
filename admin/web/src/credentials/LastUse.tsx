/** When git last came with a credential or key, as far as the log that is to be had says. */
import { useQuery } from '@tanstack/react-query';
import { credentialUsesQuery } from '../api/queries.ts';
import { Moment } from '../clock/Moment.tsx';

/** A line of its own; blank while it is not known, so that nothing moves when it comes. */
export function LastUse({ credentialId, createdAt }: { credentialId: string; createdAt: number }) {
  const { data } = useQuery(credentialUsesQuery);
  if (data === undefined) return <div>{'\u00a0'}</div>;
  const use = data.credentialUses.find((each) => each.credentialId === credentialId);
  if (use !== undefined)
    return (
      <div>
        last used for git <Moment at={use.lastUsedAt} />
      </div>
    );
  const asSeen = data.partial ? ', as far as this node can see' : '';
  if (createdAt >= data.since) return <div>never used for git{asSeen}</div>;
  return (
    <div>
      not used for git since <Moment at={data.since} />
      {asSeen}
    </div>
  );
}
