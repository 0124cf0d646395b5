/** Registers a public key. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useRegisterKey } from '../api/changes.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { LifeField } from './LifeField.tsx';
import { ofTheKey, PublicKeyField } from './PublicKeyField.tsx';

export function NewKeyForm({ onClose }: { onClose: () => void }) {
  const register = useRegisterKey();
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const [life, setLife] = useState<string>('30d');
  const [wasTried, setTried] = useState(false);
  const hasName = name.trim() !== '';
  const hasKey = publicKey.trim() !== '';
  const { atField, elsewhere } = ofTheKey(register.error);

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!hasName || !hasKey) return setTried(true);
    register.mutate({ name: name.trim(), publicKey, expiresIn: life }, { onSuccess: onClose });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        <PublicKeyField
          value={publicKey}
          onChange={(line) => {
            setPublicKey(line);
            if (register.isError) register.reset();
          }}
          isMissing={wasTried && !hasKey}
          problem={atField}
        />
        <TextInput
          label="Name"
          description="Where it lives, so that you know it again"
          placeholder="laptop"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wasTried && !hasName && 'Give it a name.'}
          maxLength={100}
          required
          size="md"
        />
        <LifeField value={life} onChange={setLife} />
        <ProblemNotice problem={elsewhere} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={register.isPending}>
            Add it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
