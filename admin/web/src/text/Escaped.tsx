/** Text from strangers, shown for what it is: what would hide or reorder is written out. */
import classes from './Escaped.module.css';
import { visibleText } from './visible-text.ts';

/** The longest text shown in full; what is cut off is counted. */
const longest = 2_000;

/** Shows `children`; with `lines`, its line breaks are kept. */
export function Escaped({ children, lines = false }: { children: string; lines?: boolean }) {
  const cut = children.slice(0, longest);
  return (
    <bdi className={lines ? classes.lines : classes.line}>
      {visibleText(cut, { lines }).map((stretch, at) =>
        stretch.kind === 'plain' ? (
          stretch.text
        ) : (
          <span key={at} className={classes.escape} title="a character that cannot be seen, written out">
            {stretch.text}
          </span>
        ),
      )}
      {children.length > longest && <span>… ({children.length - longest} more characters)</span>}
    </bdi>
  );
}
