/** Asks once more before a credential or a key ends. */
import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { useRevokeCredential, useRevokeKey } from '../api/changes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { visibleString } from '../text/visible-text.ts';

/**
 * @param children what comes of it
 * @param isOpen whether it is shown
 */
export function RevokeDialog({
  name,
  revoke,
  isOpen,
  onClose,
  children,
}: {
  name: string;
  revoke: ReturnType<typeof useRevokeCredential> | ReturnType<typeof useRevokeKey>;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Revoke ${visibleString(name)}?`}>
      <Stack gap="md">
        <div>{children}</div>
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
