/** Cuts one transfer, and says what really became of it. */
import { useCut } from '../api/changes.ts';
import type { Operation } from '../api/shapes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ReasonForm } from '../shell/ReasonForm.tsx';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';
import { WhatBecame } from './WhatBecame.tsx';

/** @param operation undefined while it is not shown; the dialog outlives its row, to say what became of it */
export function CutDialog({ operation, onClose }: { operation: Operation | undefined; onClose: () => void }) {
  if (operation === undefined) return null;
  const { right, repository } = operation;
  return (
    <Dialog isOpen onClose={onClose} title={`Cut this ${right} of ${visibleString(repository)}?`}>
      <CutForm operation={operation} onClose={onClose} />
    </Dialog>
  );
}

function CutForm({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const cut = useCut(operation.id);
  const name = personName(operation.principal);
  if (cut.data !== undefined) {
    const { running, recorded } = cut.data;
    const title =
      running.cut.length > 0
        ? 'Cut.'
        : running.passedBefore.length > 0
          ? 'It had passed the gate before you.'
          : running.unconfirmed.length > 0
            ? 'Ordered; its node has not confirmed it yet.'
            : 'It had ended by itself.';
    return <WhatBecame title={title} running={running} recorded={recorded} onClose={onClose} />;
  }
  return (
    <ReasonForm
      initial=""
      description={`${name} reads it at the prompt, and the audit keeps it.`}
      act="Cut now"
      keep="Let it run"
      problem={cut.error}
      isSending={cut.isPending}
      onSend={(reason) => cut.mutate({ reason })}
      onClose={onClose}
    >
      <div>
        Only this transfer ends. {name} may begin another at once; to stop that too, end the grant or make a
        lock.
        {operation.passed !== undefined &&
          ' This push is through the gate: the host may apply it whatever happens here.'}
      </div>
    </ReasonForm>
  );
}
