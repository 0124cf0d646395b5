/** What of the policy deserves a look now and then: what is granted without anybody agreeing. */
import type { Rule } from '../api/shapes.ts';
import { Panel } from '../shell/Panel.tsx';
import { Section } from '../shell/Section.tsx';
import { Escaped } from '../text/Escaped.tsx';
import { automaticOf } from './rule-words.ts';

/** @param rules those the viewer may see */
export function Standing({ rules }: { rules: readonly Rule[] }) {
  const open = automaticOf(rules);
  return (
    <Section title="Granted without an approver">
      <Panel>
        {open.length === 0 ? (
          'Nothing: under every rule that you see somebody has to agree.'
        ) : (
          <ul style={{ margin: 0, paddingLeft: 20 }}>
            {open.map((what) => (
              <li key={what}>
                <Escaped>{what}</Escaped>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}
