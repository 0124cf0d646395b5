/** The secret of a new credential, this once, and how to use it. */
import { Button, Group, Stack } from '@mantine/core';
import type { Credential } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Notice } from '../shell/Notice.tsx';

/** @param issued the only answer that ever holds the secret; it is kept nowhere else on the page */
export function SecretOnce({
  issued,
  gatewayUrl,
  onClose,
}: {
  issued: { readonly credential: Credential; readonly secret: string };
  gatewayUrl: string;
  onClose: () => void;
}) {
  const { credential, secret } = issued;
  return (
    <Stack gap="md">
      <Notice tone="warn" title="Copy it now: it is shown this once.">
        The gateway keeps only a fingerprint of it. Good until <Moment at={credential.endsAt} />.
      </Notice>
      <CopyLine line={secret} of="the secret" />
      {credential.kind === 'git' ? (
        <>
          <div>
            git asks for a user name and a password: any name does, this is the password. To be asked once in
            a working day, let git remember it:
          </div>
          <CopyLine
            line={`git config --global credential.${gatewayUrl}.helper 'cache --timeout=28800'`}
            of="line that lets git remember the password"
          />
        </>
      ) : (
        <div>
          Programs send it as a header, <code>Authorization: Bearer {credential.shown}…</code>, to{' '}
          {gatewayUrl}/api.
        </div>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied it</Button>
      </Group>
    </Stack>
  );
}
