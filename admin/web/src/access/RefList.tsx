/** The refs a push may touch, and what it may do to them. */
import type { Scope } from '../api/shapes.ts';
import { Escaped } from '../text/Escaped.tsx';
import { kindWords } from '../text/update-kinds.ts';
import classes from './RefList.module.css';

const shownAtOnce = 6;

/** Nothing for a fetch: it is always the whole repository. */
export function RefList({ scope }: { scope: Scope }) {
  if (scope.right === 'fetch') return null;
  const rest = scope.refs.length - shownAtOnce;
  return (
    <span className={classes.refs}>
      {scope.refs.slice(0, shownAtOnce).map((ref) => (
        <code key={ref}>
          <Escaped>{ref}</Escaped>
        </code>
      ))}
      {rest > 0 && <span>and {rest} more</span>}
      <span>{kindWords(scope.kinds)}</span>
    </span>
  );
}
