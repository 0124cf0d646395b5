/** One credential: what it is for, how long yet, and the way to end it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Row } from '../access/Row.tsx';
import { useRevokeCredential } from '../api/changes.ts';
import type { ListedCredential } from '../api/shapes.ts';
import { Moment } from '../clock/Moment.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { visibleString } from '../text/visible-text.ts';
import { LastApiUse } from './LastApiUse.tsx';
import { LastUse } from './LastUse.tsx';
import { RevokeDialog } from './RevokeDialog.tsx';

/** Its secret is known by its first characters alone. */
export function CredentialRow({ credential }: { credential: ListedCredential }) {
  const [revokes, setRevokes] = useState(false);
  const { id, name, kind, scopes, shown, createdAt, endsAt } = credential;
  const revoke = useRevokeCredential(id);
  return (
    <Row
      head={
        <>
          <strong>
            <Escaped>{name}</Escaped>
          </strong>{' '}
          <Tag>{kind}</Tag>
        </>
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
      <code>{shown}…</code>
      {scopes.length > 0 && ` · may ${scopes.join(', ')}`} · made <Moment at={createdAt} /> · ends in{' '}
      <TimeLeft until={endsAt} />
      {kind === 'api' ? (
        <LastApiUse credential={credential} />
      ) : (
        <LastUse credentialId={id} createdAt={createdAt} />
      )}
      <RevokeDialog name={name} revoke={revoke} isOpen={revokes} onClose={() => setRevokes(false)}>
        Whatever signs in with <code>{shown}…</code> is refused from now on. It cannot be taken back; a new
        one is made in a moment.
      </RevokeDialog>
    </Row>
  );
}
