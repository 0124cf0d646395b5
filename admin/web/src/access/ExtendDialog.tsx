/** Asks for more time on a live grant. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useExtend } from '../api/changes.ts';
import type { Grant } from '../api/shapes.ts';
import { DurationField } from '../ask/DurationField.tsx';
import { spanText, usualChoice } from '../ask/duration-choice.ts';
import { ReasonField } from '../ask/ReasonField.tsx';
import { Moment } from '../clock/Moment.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { visibleString } from '../text/visible-text.ts';

/** @param isOpen whether it is shown; what was typed is gone when it closes */
export function ExtendDialog({
  grant,
  isOpen,
  onClose,
}: {
  grant: Grant;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`More time on ${visibleString(grant.scope.repository)}`}>
      <ExtendForm grant={grant} onClose={onClose} />
    </Modal>
  );
}

function ExtendForm({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const navigate = useNavigate();
  const extend = useExtend(grant.id);
  const maxMs = Math.max(1_000, grant.latestEndsAt - grant.endsAt);
  const [spanMs, setSpan] = useState<number | undefined>(usualChoice(maxMs));
  const [reason, setReason] = useState('');
  const [wasTried, setTried] = useState(false);

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (spanMs === undefined || reason.trim() === '') return setTried(true);
    extend.mutate(
      { duration: spanText(spanMs), reason: reason.trim() },
      {
        onSuccess: (request) => {
          onClose();
          if (request.state === 'pending')
            void navigate({ to: '/a/$requestId', params: { requestId: request.id } });
        },
      },
    );
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <DurationField
          label="How much more"
          spanMs={spanMs}
          maxMs={maxMs}
          maxReason="by the longest life the rule allows"
          isMissing={wasTried && spanMs === undefined}
          onChange={setSpan}
        />
        {spanMs !== undefined && (
          <div>
            Now ends <Moment at={grant.endsAt} />; would end <Moment at={grant.endsAt + spanMs} />, under the
            same rule.
          </div>
        )}
        <ReasonField
          value={reason}
          shortest={1}
          isMissing={wasTried && reason.trim() === ''}
          onChange={setReason}
        />
        <ProblemNotice problem={extend.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={extend.isPending}>
            Ask for more time
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
