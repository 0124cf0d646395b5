/** A list of live grants and the dialog that ends one of them. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { EndDialog } from '../access/EndDialog.tsx';
import { LongRows } from '../access/Row.tsx';
import { meQuery } from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { Panel } from '../shell/Panel.tsx';
import { LiveGrantRow } from './LiveGrantRow.tsx';

/**
 * @param isPart whether there are more than these
 * @param isLinked whether each names its repository
 * @param empty stands in its place while there is none
 */
export function EndableGrants({
  grants,
  isPart,
  isLinked = false,
  empty,
}: {
  grants: readonly Grant[];
  isPart: boolean;
  isLinked?: boolean;
  empty: ReactNode;
}) {
  // Kept beside the rows: what became of it is still to be read when its row is gone.
  const [ending, setEnding] = useState<Grant>();
  const me = useQuery(meQuery);
  return (
    <>
      {ending !== undefined && (
        <EndDialog
          grant={ending}
          isOwn={ending.principal.id === me.data?.principal.id}
          isOpen
          onClose={() => setEnding(undefined)}
        />
      )}
      {grants.length === 0 ? (
        empty
      ) : (
        <Panel flush>
          <LongRows items={grants} keyOf={({ id }) => id} isPart={isPart}>
            {(grant) => (
              <LiveGrantRow key={grant.id} grant={grant} isLinked={isLinked} onEnd={() => setEnding(grant)} />
            )}
          </LongRows>
        </Panel>
      )}
    </>
  );
}
