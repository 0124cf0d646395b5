/** Denies a request, with the reason the requester will read. */
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useDeny } from '../api/changes.ts';
import type { ElevationRequest } from '../api/shapes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { personName } from '../text/person-name.ts';

/** @param isOpen whether it is shown */
export function DenyDialog({
  request,
  isOpen,
  onClose,
}: {
  request: ElevationRequest;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Deny this request">
      <DenyForm request={request} onClose={onClose} />
    </Dialog>
  );
}

function DenyForm({ request, onClose }: { request: ElevationRequest; onClose: () => void }) {
  const deny = useDeny(request.id);
  const [comment, setComment] = useState('');
  const [wasTried, setTried] = useState(false);
  const isEmpty = comment.trim() === '';

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isEmpty) return setTried(true);
    deny.mutate({ comment: comment.trim() }, { onSuccess: onClose });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <Textarea
          label="Why not"
          description={`${personName(request.principal)} reads it, and the audit keeps it.`}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          error={wasTried && isEmpty && 'Say why, in a few words.'}
          maxLength={1_000}
          rows={3}
          size="md"
          required
          data-autofocus
        />
        <ProblemNotice problem={deny.error} />
        <Group grow gap="sm">
          <Button variant="default" size="md" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" size="md" loading={deny.isPending}>
            Deny
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
