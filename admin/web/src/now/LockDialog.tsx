/** Makes a lock: the one button for a leaked laptop or an incident, and what it met. */
import { Group, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMakeLock } from '../api/changes.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ReasonForm } from '../shell/ReasonForm.tsx';
import { type Excepted, ExceptField, namedIn } from './ExceptField.tsx';
import { PersonField } from './PersonField.tsx';
import { nobodyIn, personIn } from './people-seen.ts';
import { UntilField } from './UntilField.tsx';
import { WhatBecame } from './WhatBecame.tsx';

const targets = {
  principal: { label: 'A person', ask: '', example: '' },
  repository: { label: 'A repository', ask: 'Its name', example: 'upstream/path' },
  upstream: { label: 'A host', ask: 'Its name in the configuration', example: 'hub' },
  everything: { label: 'Everything', ask: '', example: '' },
} as const;
type Target = keyof typeof targets;

const rights = [
  { value: 'both', label: 'Fetch and push' },
  { value: 'fetch', label: 'Fetch' },
  { value: 'push', label: 'Push' },
];

/** @param isOpen whether it is shown */
export function LockDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Stop access now">
      <LockForm onClose={onClose} />
    </Dialog>
  );
}

function LockForm({ onClose }: { onClose: () => void }) {
  const [target, setTarget] = useState<Target>('principal');
  const [name, setName] = useState('');
  const [excepted, setExcepted] = useState<Excepted>({ picked: [], typed: '' });
  const [right, setRight] = useState('both');
  const [until, setUntil] = useState('');
  const lock = useMakeLock();
  const aim = (value: string) => {
    setTarget(value as Target);
    setName('');
  };
  if (lock.data !== undefined) {
    const { running, recorded } = lock.data;
    return <WhatBecame title="Locked." running={running} recorded={recorded} onClose={onClose} />;
  }
  const isNamed = target === 'everything' || name.trim() !== '';
  const { ask, example } = targets[target];
  // A lock on one person that excepts somebody would stop them or nobody.
  const except = target === 'principal' ? [] : namedIn(excepted);

  return (
    <ReasonForm
      initial=""
      description="Everybody whom it stops reads it, and the audit keeps it."
      act="Lock now"
      keep="Cancel"
      problem={lock.error}
      isSending={lock.isPending}
      isReady={isNamed && nobodyIn(except) === undefined}
      onSend={(reason) =>
        lock.mutate({
          ...(target === 'everything'
            ? { everything: true }
            : { [target]: target === 'principal' ? personIn(name) : name.trim() }),
          ...(except.length === 0 ? {} : { except: except.map(personIn) }),
          ...(right === 'fetch' || right === 'push' ? { right } : {}),
          ...(until.trim() === '' ? {} : { until: until.trim() }),
          reason,
        })
      }
      onClose={onClose}
    >
      {(wasTried) => (
        <Stack gap="md">
          <Radio.Group label="On" value={target} onChange={aim}>
            <Group gap="md" mt={4}>
              {Object.entries(targets).map(([value, { label }]) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          {target === 'principal' && (
            <PersonField value={name} isMissing={wasTried && !isNamed} onChange={setName} />
          )}
          {(target === 'repository' || target === 'upstream') && (
            <TextInput
              label={ask}
              placeholder={example}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={wasTried && !isNamed && 'Name what is to be stopped.'}
              maxLength={1_024}
              required
            />
          )}
          {target !== 'principal' && (
            <ExceptField value={excepted} wasTried={wasTried} onChange={setExcepted} />
          )}
          <Radio.Group label="What it stops" value={right} onChange={setRight}>
            <Group gap="md" mt={4}>
              {rights.map(({ value, label }) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          <UntilField value={until} onChange={setUntil} />
          <div>
            What runs under it is cut now, with the reason; grants stay and are good again once it is lifted.
          </div>
        </Stack>
      )}
    </ReasonForm>
  );
}
