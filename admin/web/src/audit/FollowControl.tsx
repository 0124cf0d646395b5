/** Whether the list follows what is written, and what waits to be shown. */
import { Button, Group } from '@mantine/core';
import { Tag } from '../shell/Tag.tsx';
import type { AuditTail } from './audit-tail.ts';

const words = {
  opening: { tone: 'quiet', text: 'opening' },
  live: { tone: 'good', text: 'live' },
  off: { tone: 'quiet', text: 'paused' },
  broken: { tone: 'warn', text: 'not told of new entries at the moment' },
} as const;

/** @param onShow leads to the begin of the list */
export function FollowControl({ tail, onShow }: { tail: AuditTail; onShow: () => void }) {
  const { state, waiting, follow, show } = tail;
  const { tone, text } = words[state];
  return (
    <Group gap={8} role="group" aria-label="New entries">
      {waiting > 0 && (
        <Button
          size="xs"
          onClick={() => {
            show();
            onShow();
          }}
        >
          {waiting === 1 ? '1 new entry' : `${waiting} new entries`}
        </Button>
      )}
      <Tag tone={tone}>{text}</Tag>
      <Button size="xs" variant="default" onClick={() => follow(state === 'off')}>
        {state === 'off' ? 'Follow' : 'Pause'}
      </Button>
    </Group>
  );
}
