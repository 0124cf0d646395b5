/** Asks once more before a credential ends. */
import { Button, Group, Stack } from '@mantine/core';
import { useRevokeCredential } from '../api/changes.ts';
import type { Credential } from '../api/shapes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { visibleString } from '../text/visible-text.ts';

/** @param isOpen whether it is shown */
export function RevokeDialog({
  credential,
  isOpen,
  onClose,
}: {
  credential: Credential;
  isOpen: boolean;
  onClose: () => void;
}) {
  const revoke = useRevokeCredential(credential.id);
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Revoke ${visibleString(credential.name)}?`}>
      <Stack gap="md">
        <div>
          Whatever signs in with <code>{credential.shown}…</code> is refused from now on. It cannot be taken
          back; a new one is made in a moment.
        </div>
        <ProblemNotice problem={revoke.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button
            color="red"
            loading={revoke.isPending}
            onClick={() => revoke.mutate(undefined, { onSuccess: onClose })}
          >
            Revoke
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
