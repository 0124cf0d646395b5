/** The viewer's SSH keys: registered, listed, ended. */
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Rows } from '../access/Row.tsx';
import { keysQuery } from '../api/queries.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { KeyRow } from './KeyRow.tsx';
import { NewKeyForm } from './NewKeyForm.tsx';

export function KeysSection() {
  const { data } = useQuery(keysQuery);
  const [isAdding, setAdding] = useState(false);
  const close = () => setAdding(false);
  return (
    <Section title="SSH keys">
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
      <div>
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>
          Add an SSH key
        </Button>
      </div>
      <Dialog isOpen={isAdding} onClose={close} title="New SSH key">
        <NewKeyForm onClose={close} />
      </Dialog>
    </Section>
  );
}
