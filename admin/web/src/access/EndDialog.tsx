/** Ends a grant now, says beforehand what is running on it, and afterwards what became of that. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useRevokeGrant } from '../api/changes.ts';
import { operationsQuery } from '../api/queries.ts';
import type { Grant } from '../api/shapes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Notice } from '../shell/Notice.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { sentence } from '../text/sentence.ts';
import { visibleString } from '../text/visible-text.ts';

/** @param isOpen whether it is shown */
export function EndDialog({
  grant,
  isOpen,
  onClose,
}: {
  grant: Grant;
  isOpen: boolean;
  onClose: () => void;
}) {
  const { right, repository } = grant.scope;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`End ${right} of ${visibleString(repository)} now?`}>
      <EndForm grant={grant} onClose={onClose} />
    </Dialog>
  );
}

function EndForm({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const [reason, setReason] = useState('done early');
  const revoke = useRevokeGrant(grant.id);
  const operations = useQuery(operationsQuery);
  const running =
    operations.data?.operations.filter(
      ({ grantIds, state, passed }) =>
        state === 'moving' && passed === undefined && grantIds.includes(grant.id),
    ).length ?? 0;

  if (revoke.data !== undefined) {
    const { running, recorded } = revoke.data;
    return (
      <Stack gap="md">
        <Notice tone={running.unconfirmed.length > 0 || !recorded ? 'bad' : 'good'} title="Ended.">
          {visibleString(sentence(running.summary))}
          {!recorded &&
            ' It is in force, and will be in the audit as soon as that can be written again; your operator has been told.'}
        </Notice>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    );
  }

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (reason.trim() !== '') revoke.mutate({ reason: reason.trim() });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <div>
          It cannot be taken back; for more access you ask anew.{' '}
          {running === 0
            ? 'Nothing is running on it.'
            : `${running === 1 ? 'One transfer is' : `${running} transfers are`} running on it and will be cut.`}
        </div>
        <TextInput
          label="Reason"
          description="The audit keeps it, and a cut transfer shows it at the prompt."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={reason.trim() === '' && 'Say why, in a few words.'}
          maxLength={1_000}
          required
        />
        <ProblemNotice problem={revoke.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={revoke.isPending}>
            End now
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
