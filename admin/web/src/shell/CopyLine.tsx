/** One line to paste at a prompt. */
import { visibleString } from '../text/visible-text.ts';
import { CopyButton } from './CopyButton.tsx';
import classes from './CopyLine.module.css';

/** @param of what the line is, for the copy button's name */
export function CopyLine({ line, of, wrap = false }: { line: string; of: string; wrap?: boolean }) {
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a line that scrolls must be reachable to scroll it by keys */}
      <code className={wrap ? classes.wrapped : classes.line} tabIndex={wrap ? undefined : 0} role="group" aria-label={of}>
        {visibleString(line)}
      </code>
      <CopyButton text={line} of={of} />
    </div>
  );
}
