/** Registers a public key. */
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useRegisterKey } from '../api/changes.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { LifeField } from './LifeField.tsx';

export function NewKeyForm({ onClose }: { onClose: () => void }) {
  const register = useRegisterKey();
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const [life, setLife] = useState<string>('30d');
  const [wasTried, setTried] = useState(false);
  const hasName = name.trim() !== '';
  const hasKey = publicKey.trim() !== '';

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!hasName || !hasKey) return setTried(true);
    register.mutate({ name: name.trim(), publicKey, expiresIn: life }, { onSuccess: onClose });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        <Textarea
          label="Public key"
          description="The line in the file that ends in .pub"
          placeholder="ssh-ed25519 AAAA… ana@laptop"
          value={publicKey}
          onChange={(event) => setPublicKey(event.currentTarget.value)}
          error={wasTried && !hasKey && 'Paste the public key.'}
          maxLength={16_384}
          autosize
          minRows={3}
          maxRows={8}
          required
          size="md"
          data-autofocus
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
        <ProblemNotice problem={register.error} />
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
