/** Which terminal it is: its key as `ssh` shows it there, and where it is. */
import type { KeyLink } from '../api/shapes.ts';
import { Age } from '../clock/Age.tsx';
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Panel } from '../shell/Panel.tsx';
import { Escaped } from '../text/Escaped.tsx';
import classes from './Link.module.css';

export function LinkFacts({ link }: { link: KeyLink }) {
  return (
    <Panel>
      <p className={classes.lead}>
        {link.gives === 'key'
          ? 'A terminal asks to use git here with this SSH key.'
          : 'A terminal asks for an SSH certificate over this key, to use git here.'}
      </p>
      <dl className={classes.facts}>
        <dt>Key</dt>
        <dd>
          <code className={classes.fingerprint}>{link.fingerprint}</code>
        </dd>
        <dt>Where it is</dt>
        <dd>
          <code>
            <Escaped>{link.address}</Escaped>
          </code>
        </dd>
        <dt>Link shown</dt>
        <dd>
          <Age at={link.createdAt} />, good for <TimeLeft until={link.endsAt} /> more
        </dd>
      </dl>
    </Panel>
  );
}
