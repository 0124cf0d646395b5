/** One SSH key: how long it is good yet, and the way to end it. */
import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { Row } from '../access/Row.tsx';
import { useRevokeKey } from '../api/changes.ts';
import type { Key } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { visibleString } from '../text/visible-text.ts';

export function KeyRow({ sshKey }: { sshKey: Key }) {
  const [revokes, setRevokes] = useState(false);
  const close = () => setRevokes(false);
  const { id, name, fingerprint, createdAt, endsAt } = sshKey;
  const revoke = useRevokeKey(id);
  return (
    <Row
      head={
        <strong>
          <Escaped>{name}</Escaped>
        </strong>
      }
      side={
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => setRevokes(true)}
          aria-label={`Revoke ${name}`}
        >
          Revoke
        </Button>
      }
    >
      <code>{fingerprint}</code> · added <Moment at={createdAt} /> · ends in <TimeLeft until={endsAt} />
      <Dialog isOpen={revokes} onClose={close} title={`Revoke ${visibleString(name)}?`}>
        <Stack gap="md">
          <div>Git with this key is refused from now on, and what runs under it is cut.</div>
          <ProblemNotice problem={revoke.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close} data-autofocus>
              Keep it
            </Button>
            <Button
              color="red"
              loading={revoke.isPending}
              onClick={() => revoke.mutate(undefined, { onSuccess: close })}
            >
              Revoke
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </Row>
  );
}
