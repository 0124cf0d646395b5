/** One line to paste at a prompt, or a few for a file. */
import { visibleString } from '../text/visible-text.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './CopyLine.module.css';

/** @param of what the line is, for the copy button's name */
export function CopyLine({ line, of }: { line: string; of: string }) {
  return (
    <div className={classes.frame}>
      <code className={classes.line}>{line.split('\n').map(visibleString).join('\n')}</code>
      <CopyButton text={line} of={of} />
    </div>
  );
}
