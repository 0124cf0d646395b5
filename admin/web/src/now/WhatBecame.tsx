/** What an order to end something met, as the gateway confirmed it: never more than is known. */
import { Button, Group, Stack } from '@mantine/core';
import type { Running } from '../api/shapes.ts';
import { Notice } from '../shell/Notice.tsx';
import { sentence } from '../text/sentence.ts';
import { visibleString } from '../text/visible-text.ts';

/** @param title what was done, as a sentence */
export function WhatBecame({
  title,
  running,
  recorded,
  onClose,
}: {
  title: string;
  running: Running | undefined;
  recorded: boolean;
  onClose: () => void;
}) {
  const isOpenStill = (running?.unconfirmed.length ?? 0) > 0;
  return (
    <Stack gap="md">
      <Notice tone={isOpenStill || !recorded ? 'bad' : 'good'} title={title}>
        {running !== undefined && visibleString(sentence(running.summary))}
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
