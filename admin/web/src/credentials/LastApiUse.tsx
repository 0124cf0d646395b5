/** When a credential for the API was last used, and from which address. */
import type { ListedCredential } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';

/** A line of its own. */
export function LastApiUse({
  credential: { lastUsedAt, lastUsedFrom },
}: {
  credential: Pick<ListedCredential, 'lastUsedAt' | 'lastUsedFrom'>;
}) {
  if (lastUsedAt === undefined) return <div>not used yet</div>;
  return (
    <div>
      used <Age at={lastUsedAt} />
      {lastUsedFrom !== undefined && (
        <>
          {' '}
          from <code>{lastUsedFrom}</code>
        </>
      )}
    </div>
  );
}
