/** Lifts a lock. */
import { useLiftLock } from '../api/changes.ts';
import type { Lock } from '../api/shapes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ReasonForm } from '../shell/ReasonForm.tsx';
import { lockTarget } from './lock-words.ts';
import { WhatBecame } from './WhatBecame.tsx';

/** @param lock undefined while it is not shown; the dialog outlives its row, to say that it is done */
export function LiftDialog({ lock, onClose }: { lock: Lock | undefined; onClose: () => void }) {
  if (lock === undefined) return null;
  return (
    <Dialog isOpen onClose={onClose} title={`Lift the lock on ${lockTarget(lock)}?`}>
      <LiftForm lock={lock} onClose={onClose} />
    </Dialog>
  );
}

function LiftForm({ lock, onClose }: { lock: Lock; onClose: () => void }) {
  const lift = useLiftLock(lock.id);
  if (lift.data !== undefined)
    return <WhatBecame title="Lifted." running={undefined} recorded={lift.data.recorded} onClose={onClose} />;
  return (
    <ReasonForm
      initial=""
      description="The audit keeps it."
      act="Lift it"
      keep="Keep it"
      problem={lift.error}
      isSending={lift.isPending}
      onSend={(reason) => lift.mutate({ reason })}
      onClose={onClose}
    >
      <div>Grants that it stopped are good again at once, for as long as they last.</div>
    </ReasonForm>
  );
}
