/** Makes a credential. */
import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useCreateCredential } from '../api/changes.ts';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { LifeField } from './LifeField.tsx';
import { type CredentialScope, ScopesField } from './ScopesField.tsx';
import { SecretOnce } from './SecretOnce.tsx';

/** @param gatewayUrl for the lines that show how to use it */
export function NewCredentialForm({ gatewayUrl, onClose }: { gatewayUrl: string; onClose: () => void }) {
  const create = useCreateCredential();
  const [kind, setKind] = useState<'git' | 'api'>('git');
  const [name, setName] = useState('');
  const [life, setLife] = useState<string>('30d');
  const [scopes, setScopes] = useState<readonly CredentialScope[]>(['read']);
  const [wasTried, setTried] = useState(false);
  const hasName = name.trim() !== '';
  const hasScopes = kind === 'git' || scopes.length > 0;

  if (create.data !== undefined)
    return <SecretOnce issued={create.data} gatewayUrl={gatewayUrl} onClose={onClose} />;

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!hasName || !hasScopes) return setTried(true);
    create.mutate({
      kind,
      name: name.trim(),
      expiresIn: life,
      ...(kind === 'api' ? { scopes: [...scopes] } : {}),
    });
  };

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        <Radio.Group
          label="For"
          value={kind}
          onChange={(chosen) => setKind(chosen === 'api' ? 'api' : 'git')}
          size="md"
        >
          <Stack gap={10} mt={8}>
            <Radio size="md" value="git" label="Git" description="the password of git clone, pull and push" />
            <Radio size="md" value="api" label="The API" description="scripts and the sluice command" />
          </Stack>
        </Radio.Group>
        <TextInput
          label="Name"
          description="Where it will live, so that you know it again"
          placeholder="laptop"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wasTried && !hasName && 'Give it a name.'}
          maxLength={100}
          required
          size="md"
          data-autofocus
        />
        {kind === 'api' && (
          <ScopesField
            value={scopes}
            error={wasTried && !hasScopes ? 'Choose at least one.' : undefined}
            onChange={setScopes}
          />
        )}
        <LifeField value={life} onChange={setLife} />
        <ProblemNotice problem={create.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Make it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
