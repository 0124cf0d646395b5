/** Has a certificate signed for a public key. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useSignCertificate } from '../api/changes.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { certificateLives } from './certificate-lives.ts';
import { LifeField } from './LifeField.tsx';
import { ofTheKey, PublicKeyField } from './PublicKeyField.tsx';
import { SignedCertificate } from './SignedCertificate.tsx';

/** @param longestMs the longest that the gateway signs for */
export function NewCertificateForm({ longestMs, onClose }: { longestMs: number; onClose: () => void }) {
  const sign = useSignCertificate();
  const lives = certificateLives(longestMs);
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const [life, setLife] = useState(lives.at(-1)?.value ?? '');
  const [wasTried, setTried] = useState(false);
  const hasKey = publicKey.trim() !== '';
  const { atField, elsewhere } = ofTheKey(sign.error);

  if (sign.data !== undefined) return <SignedCertificate certificate={sign.data} onClose={onClose} />;

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!hasKey) return setTried(true);
    sign.mutate({ publicKey, expiresIn: life, ...(name.trim() === '' ? {} : { name: name.trim() }) });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        <PublicKeyField
          value={publicKey}
          onChange={(line) => {
            setPublicKey(line);
            if (sign.isError) sign.reset();
          }}
          isMissing={wasTried && !hasKey}
          problem={atField}
        />
        <TextInput
          label="Name"
          description="Where the key lives, so that you know it again; may be left empty"
          placeholder="laptop"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          size="md"
        />
        <LifeField value={life} onChange={setLife} lives={lives} />
        <ProblemNotice problem={elsewhere} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={sign.isPending}>
            Sign it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
