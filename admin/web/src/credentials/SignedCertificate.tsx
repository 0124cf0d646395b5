/** A certificate that was just signed, and where it goes. */
import { Button, Group, Stack } from '@mantine/core';
import type { Certificate } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { CopyButton } from '../shell/CopyButton.tsx';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Notice } from '../shell/Notice.tsx';
import { saveAs } from '../shell/save-as.ts';
import { certificateFileName } from './certificate-file.ts';

/** @param certificate kept nowhere else: another is made in a moment */
export function SignedCertificate({
  certificate: { certificate, fingerprint, endsAt },
  onClose,
}: {
  certificate: Certificate;
  onClose: () => void;
}) {
  const file = certificateFileName(certificate);
  return (
    <Stack gap="md">
      <Notice
        tone="good"
        title={
          <>
            Signed, good until <Moment at={endsAt} />.
          </>
        }
      >
        For the key <code style={{ overflowWrap: 'anywhere' }}>{fingerprint}</code>. It is no secret, and of
        use only with the private key.
      </Notice>
      <Group gap="sm">
        <Button onClick={() => saveAs(file, `${certificate}\n`)} data-autofocus>
          Download {file}
        </Button>
        <CopyButton text={certificate} of="the certificate" />
      </Group>
      <div>Put it beside the key, where ssh finds it by itself:</div>
      <CopyLine line={`mv ~/Downloads/${file} ~/.ssh/`} of="the line that puts it beside the key" />
      <div>
        A key under another name, <code>NAME</code>, has it in <code>NAME-cert.pub</code>. This is all of it:
      </div>
      <code style={{ overflowWrap: 'anywhere' }}>{certificate}</code>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
