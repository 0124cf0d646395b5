/** `/setup`: what to do once in each client so that it comes through the gateway. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { knownHostsQuery, meQuery } from '../api/queries.ts';
import type { Me } from '../api/shapes.ts';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Screen } from '../shell/Screen.tsx';
import { Section } from '../shell/Section.tsx';
import { TextLink } from '../shell/TextLink.tsx';
import classes from './SetupScreen.module.css';
import {
  exampleAddress,
  insteadOfLines,
  jobLines,
  sshConfigLines,
  sshInsteadOfLines,
} from './setup-lines.ts';

/** One section a client. */
export function SetupScreen() {
  const me = useQuery(meQuery);
  const gateway = me.data?.gateway;
  return (
    <Screen title="Set up a client">
      {gateway === undefined ? (
        <Skeleton height={300} radius={12} />
      ) : (
        <>
          <OverHttps gateway={gateway} />
          {gateway.ssh !== undefined && <OverSsh gateway={gateway} ssh={gateway.ssh} />}
          <Editors gateway={gateway} />
          <Jobs gateway={gateway} />
        </>
      )}
    </Screen>
  );
}

function OverHttps({ gateway }: { gateway: Me['gateway'] }) {
  const lines = insteadOfLines(gateway);
  return (
    <Section title="git over HTTPS">
      <Panel>
        <ol className={classes.steps}>
          <Step>
            <TextLink to="/credentials">Make a credential</TextLink> of the kind “Git”. git asks for it as the
            password; the user name is <code>git</code>. Your credential helper keeps it until it ends.
          </Step>
          <Step>
            Clone by the gateway’s address:
            <CopyLine line={`git clone ${exampleAddress(gateway.https, gateway)}`} of="the clone line" />
          </Step>
          {lines.length > 0 && (
            <Step>
              Or leave all addresses as they are, and have git send them here; submodules and scripts come
              along:
              {lines.map((line) => (
                <CopyLine key={line} line={line} of="the insteadOf line" />
              ))}
            </Step>
          )}
        </ol>
      </Panel>
    </Section>
  );
}

function OverSsh({ gateway, ssh }: { gateway: Me['gateway']; ssh: string }) {
  const keys = useQuery(knownHostsQuery);
  return (
    <Section title="git over SSH">
      <Panel>
        <ol className={classes.steps}>
          <Step>
            <TextLink to="/credentials">Register your public key</TextLink>
            {gateway.sshCertificates !== undefined && ', or get a certificate for it there'}.
          </Step>
          <Step>
            Put the gateway’s host keys into <code>~/.ssh/known_hosts</code>, so that ssh knows it from the
            first time on:
            {keys.data?.map((line) =>
              line.startsWith('#') ? (
                <code key={line} className={classes.fingerprint}>
                  {line.replace(/^# */, '')}
                </code>
              ) : (
                <CopyLine key={line} line={line} of="the host key" />
              ),
            )}
          </Step>
          <Step>
            Into <code>~/.ssh/config</code>:
            <CopyLine line={sshConfigLines(ssh).join('\n')} of="the lines of the SSH configuration" />
          </Step>
          <Step>
            Clone:
            <CopyLine line={`git clone ${exampleAddress(ssh, gateway)}`} of="the clone line over SSH" />
            {sshInsteadOfLines(gateway).map((line) => (
              <CopyLine key={line} line={line} of="the insteadOf line over SSH" />
            ))}
          </Step>
        </ol>
      </Panel>
    </Section>
  );
}

function Editors({ gateway }: { gateway: Me['gateway'] }) {
  return (
    <>
      <Section title="VS Code">
        <Panel>
          <ol className={classes.steps}>
            <Step>
              Run <code>Git: Clone</code> from the command palette and paste the address:
              <CopyLine line={exampleAddress(gateway.https, gateway)} of="the address for VS Code" />
            </Step>
            <Step>
              It asks for a user name (<code>git</code>) and a password: paste the credential. A refusal, with
              the link to ask, is in the output panel under <code>Git</code>.
            </Step>
          </ol>
        </Panel>
      </Section>
      <Section title="JetBrains IDEs">
        <Panel>
          <ol className={classes.steps}>
            <Step>
              In <code>Settings › Version Control › Git</code> tick <code>Use credential helper</code>, so
              that git and the IDE know the same credential.
            </Step>
            <Step>
              <code>File › New › Project from Version Control</code>, and paste the address:
              <CopyLine line={exampleAddress(gateway.https, gateway)} of="the address for JetBrains IDEs" />
            </Step>
          </ol>
        </Panel>
      </Section>
    </>
  );
}

function Jobs({ gateway }: { gateway: Me['gateway'] }) {
  return (
    <Section title="CI">
      <Panel>
        <ol className={classes.steps}>
          <Step>
            Give the job a credential of the kind “Git” as the secret <code>SLUICE_CREDENTIAL</code>. It is
            whoever made it: what it may do is what they may do at that moment.
          </Step>
          <Step>
            Before the first git command:
            {jobLines(gateway).map((line) => (
              <CopyLine key={line} line={line} of="the line for the job" />
            ))}
          </Step>
          {insteadOfLines(gateway).map((line) => (
            <Step key={line}>
              Where the job’s addresses are the host’s own, submodules included:
              <CopyLine line={line} of="the insteadOf line for the job" />
            </Step>
          ))}
        </ol>
      </Panel>
    </Section>
  );
}

function Step({ children }: { children: ReactNode }) {
  return (
    <li>
      <div className={classes.step}>{children}</div>
    </li>
  );
}
