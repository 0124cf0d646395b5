/** The viewer's SSH keys and certificates: registered or signed, listed, ended. */
import { Button, Group, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Rows } from '../access/Row.tsx';
import { keysQuery } from '../api/queries.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { KeyRow } from './KeyRow.tsx';
import { NewCertificateForm } from './NewCertificateForm.tsx';
import { NewKeyForm } from './NewKeyForm.tsx';

/** @param longestCertificateMs undefined where the gateway signs none */
export function KeysSection({ longestCertificateMs }: { longestCertificateMs: number | undefined }) {
  const { data } = useQuery(keysQuery);
  const [adds, setAdds] = useState<'key' | 'certificate'>();
  const close = () => setAdds(undefined);
  return (
    <Section title={longestCertificateMs === undefined ? 'SSH keys' : 'SSH keys and certificates'}>
      {data === undefined ? (
        <Skeleton height={80} radius={12} />
      ) : (
        data.keys.length > 0 && (
          <Panel flush>
            <Rows>
              {data.keys.map((key) => (
                <KeyRow key={key.id} sshKey={key} />
              ))}
            </Rows>
          </Panel>
        )
      )}
      <Group gap="sm">
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setAdds('key')}>
          Add an SSH key
        </Button>
        {longestCertificateMs !== undefined && (
          <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setAdds('certificate')}>
            Get a certificate
          </Button>
        )}
      </Group>
      <Dialog isOpen={adds === 'key'} onClose={close} title="New SSH key">
        <NewKeyForm onClose={close} />
      </Dialog>
      {longestCertificateMs !== undefined && (
        <Dialog isOpen={adds === 'certificate'} onClose={close} keepsOpen title="New SSH certificate">
          <NewCertificateForm longestMs={longestCertificateMs} onClose={close} />
        </Dialog>
      )}
    </Section>
  );
}
