/** The line that sends the hosts' own addresses through the gateway, for who does not want to write new ones. */
import type { Me } from '../api/shapes.ts';
import { insteadOfLines } from '../setup/setup-lines.ts';
import { CopyLine } from '../shell/CopyLine.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { TextLink } from '../shell/TextLink.tsx';

/** Nothing for who may not ask within any host. */
export function OwnAddresses({ gateway }: { gateway: Me['gateway'] }) {
  const lines = insteadOfLines(gateway);
  if (lines.length === 0) return null;
  return (
    <Section
      title="Leave addresses as they are"
      beside={
        <TextLink to="/setup" size="sm">
          Set up a client
        </TextLink>
      }
    >
      <Panel>
        <p style={{ marginTop: 0 }}>
          Said once, git sends the host’s own addresses through here: remotes, submodules and scripts stay as
          they are.
        </p>
        {lines.map((line) => (
          <CopyLine key={line} line={line} of="the insteadOf line" />
        ))}
      </Panel>
    </Section>
  );
}
