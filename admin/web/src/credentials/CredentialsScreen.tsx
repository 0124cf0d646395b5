/** The viewer's credentials: made, listed, ended. */
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Rows } from '../access/Row.tsx';
import { credentialsQuery, keysQuery, meQuery } from '../api/queries.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Empty } from '../shell/Empty.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Panel } from '../shell/Panel.tsx';
import { ProblemNotice } from '../shell/ProblemNotice.tsx';
import { Screen } from '../shell/Screen.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import { CredentialRow } from './CredentialRow.tsx';
import { KeysSection } from './KeysSection.tsx';
import { NewCredentialForm } from './NewCredentialForm.tsx';

/** `/credentials` */
export function CredentialsScreen() {
  const me = useQuery(meQuery);
  const { data, error, isPending } = useQuery(credentialsQuery);
  const hasKeys = me.data?.gateway.ssh !== undefined;
  const keys = useQuery({ ...keysQuery, enabled: hasKeys });
  const isReady = !me.isPending && !isPending && (!hasKeys || !keys.isPending);
  const [isMaking, setMaking] = useState(false);
  const close = () => setMaking(false);
  const make = (
    <Button size="md" leftSection={<Icon name="plus" />} onClick={() => setMaking(true)}>
      Make a credential
    </Button>
  );
  const credentials = data?.credentials.toSorted((a, b) => b.createdAt - a.createdAt);
  return (
    <Screen title="Credentials" action={make} isReady={isReady}>
      {error?.isOutage === false && !error.isSignedOut && <ProblemNotice problem={error} />}
      {credentials === undefined ? (
        <Skeleton height={200} radius={12} />
      ) : credentials.length === 0 ? (
        <Empty title="You have no credentials">
          <p>
            git needs one to know you: make one of the kind “Git” and give it as the password when git asks. A
            credential says who you are; what you may do with it is decided by the access you hold at that
            moment.
          </p>
        </Empty>
      ) : (
        <Panel flush>
          <Rows>
            {credentials.map((credential) => (
              <CredentialRow key={credential.id} credential={credential} />
            ))}
          </Rows>
        </Panel>
      )}
      <p style={{ margin: 0 }}>
        <TextLink to="/setup">Set up git, an editor or a CI job</TextLink>
      </p>
      {hasKeys && <KeysSection longestCertificateMs={me.data?.gateway.sshCertificates?.maxDurationMs} />}
      {/* A click beside the window must not throw away a secret that is shown once. */}
      <Dialog isOpen={isMaking} onClose={close} keepsOpen title="New credential">
        <NewCredentialForm gatewayUrl={me.data?.gateway.https ?? window.location.origin} onClose={close} />
      </Dialog>
    </Screen>
  );
}
