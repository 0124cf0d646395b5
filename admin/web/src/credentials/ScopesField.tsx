/** What a credential for programs may do. */
import { Checkbox, Stack } from '@mantine/core';
import type { Credential } from '../api/shapes.ts';

export type CredentialScope = Credential['scopes'][number];

const scopes: readonly { readonly value: CredentialScope; readonly label: string; readonly words: string }[] =
  [
    { value: 'read', label: 'Read', words: 'see your grants, requests and credentials' },
    { value: 'request', label: 'Request', words: 'ask for access, extend and end your own' },
    { value: 'approve', label: 'Approve', words: 'answer requests that you may answer' },
    { value: 'audit', label: 'Audit', words: 'read the audit, if you may' },
  ];

/** @param error said below when none is chosen */
export function ScopesField({
  value,
  error,
  onChange,
}: {
  value: readonly CredentialScope[];
  error: string | undefined;
  onChange: (scopes: readonly CredentialScope[]) => void;
}) {
  return (
    <Checkbox.Group
      label="It may"
      value={[...value]}
      error={error}
      onChange={(chosen) =>
        onChange(scopes.map((scope) => scope.value).filter((scope) => chosen.includes(scope)))
      }
      size="md"
    >
      <Stack gap={8} mt={8}>
        {scopes.map((scope) => (
          <Checkbox
            size="md"
            key={scope.value}
            value={scope.value}
            label={scope.label}
            description={scope.words}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
