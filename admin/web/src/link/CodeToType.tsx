/** The six digits, this once. */
import { TimeLeft } from '../clock/TimeLeft.tsx';
import { Panel } from '../shell/Panel.tsx';
import classes from './Link.module.css';

/** @param code the only answer that ever holds it; it is kept nowhere else on the page */
export function CodeToType({ code, endsAt }: { code: string; endsAt: number }) {
  return (
    <Panel>
      <p className={classes.lead}>Type this at your terminal:</p>
      <output className={classes.code} aria-label={`code ${[...code].join(' ')}`}>
        {code.slice(0, 3)}
        {'\u00a0'}
        {code.slice(3)}
      </output>
      <p>
        Good for <TimeLeft until={endsAt} />, shown this once. Give it to nobody.
      </p>
    </Panel>
  );
}
