/** One SSH key: how long it is good yet, and the way to end it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Row } from '../access/Row.tsx';
import { useRevokeKey } from '../api/changes.ts';
import type { Key } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { visibleString } from '../text/visible-text.ts';
import { LastUse } from './LastUse.tsx';
import { RevokeDialog } from './RevokeDialog.tsx';

export function KeyRow({ sshKey }: { sshKey: Key }) {
  const [revokes, setRevokes] = useState(false);
  const { id, name, fingerprint, createdAt, endsAt, origin } = sshKey;
  const revoke = useRevokeKey(id);
  return (
    <Row
      head={
        <strong>
          <Escaped>{name}</Escaped>
        </strong>
      }
      side={
        <Button
          variant="default"
          size="xs"
          onClick={() => setRevokes(true)}
          aria-label={`Revoke ${visibleString(name)}`}
        >
          Revoke
        </Button>
      }
    >
      <code>{fingerprint}</code> · {origin === 'sign-in-link' ? 'signed in at a terminal' : 'added'}{' '}
      <Moment at={createdAt} /> · ends in <TimeLeft until={endsAt} />
      <LastUse credentialId={id} createdAt={createdAt} />
      <RevokeDialog name={name} revoke={revoke} isOpen={revokes} onClose={() => setRevokes(false)}>
        Git with this key is refused from now on, and what runs under it is cut.
      </RevokeDialog>
    </Row>
  );
}
