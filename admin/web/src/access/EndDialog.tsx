/** Ends a grant now, says beforehand what is running on it, and afterwards what became of that. */
import { useQuery } from '@tanstack/react-query';
import { useRevokeGrant } from '../api/changes.ts';
import { operationsQuery } from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { WhatBecame } from '../now/WhatBecame.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { ReasonForm } from '../shell/ReasonForm.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';

/**
 * @param isOwn whether it is the viewer's own
 * @param isOpen whether it is shown
 */
export function EndDialog({
  grant,
  isOwn = true,
  isOpen,
  onClose,
}: {
  grant: Grant;
  isOwn?: boolean;
  isOpen: boolean;
  onClose: () => void;
}) {
  const { right, repository } = grant.scope;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`End ${right} of ${visibleString(repository)} now?`}>
      <EndForm grant={grant} isOwn={isOwn} onClose={onClose} />
    </Dialog>
  );
}

function EndForm({ grant, isOwn, onClose }: { grant: Grant; isOwn: boolean; onClose: () => void }) {
  const revoke = useRevokeGrant(grant.id);
  const operations = useQuery(operationsQuery);
  const running =
    operations.data?.operations.filter(
      ({ grantIds, state, passed }) =>
        state === 'moving' && passed === undefined && grantIds.includes(grant.id),
    ).length ?? 0;

  if (revoke.data !== undefined) {
    const { running, recorded } = revoke.data;
    return <WhatBecame title="Ended." running={running} recorded={recorded} onClose={onClose} />;
  }
  return (
    <ReasonForm
      initial={isOwn ? 'done early' : ''}
      description="The audit keeps it, and a cut transfer shows it at the prompt."
      act="End now"
      keep="Keep it"
      problem={revoke.error}
      isSending={revoke.isPending}
      onSend={(reason) => revoke.mutate({ reason })}
      onClose={onClose}
    >
      <div>
        It cannot be taken back; for more access {isOwn ? 'you ask' : `${personName(grant.principal)} asks`}{' '}
        anew.{' '}
        {running === 0
          ? 'Nothing is running on it.'
          : `${running === 1 ? 'One transfer is' : `${running} transfers are`} running on it and will be cut.`}
      </div>
    </ReasonForm>
  );
}
