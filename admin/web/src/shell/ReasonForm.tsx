/** Asks why before something is done that cannot be taken back. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { ApiProblem } from '../api/api-problem.ts';
import { ProblemNotice } from './ProblemNotice.tsx';

/**
 * @param description who will read the reason
 * @param act what the button says that does it
 * @param keep what the button says that does nothing
 * @param isReady false while something else in the form is missing
 * @param children what stands above the reason; as a function it is told whether sending was tried, to say what is missing
 */
export function ReasonForm({
  initial,
  description,
  act,
  keep,
  problem,
  isSending,
  isReady = true,
  onSend,
  onClose,
  children,
}: {
  initial: string;
  description: string;
  act: string;
  keep: string;
  problem: ApiProblem | null;
  isSending: boolean;
  isReady?: boolean;
  onSend: (reason: string) => void;
  onClose: () => void;
  children: ReactNode | ((wasTried: boolean) => ReactNode);
}) {
  const [reason, setReason] = useState(initial);
  const [wasTried, setTried] = useState(false);
  const isEmpty = reason.trim() === '';

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!isEmpty && isReady) onSend(reason.trim());
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        {typeof children === 'function' ? children(wasTried) : children}
        <TextInput
          label="Reason"
          description={description}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={(wasTried || initial !== '') && isEmpty && 'Say why, in a few words.'}
          maxLength={1_000}
          required
        />
        <ProblemNotice problem={problem} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {keep}
          </Button>
          <Button type="submit" color="red" loading={isSending}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
