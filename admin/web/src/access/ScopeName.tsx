/** What a scope is about, in one line: repository, right, and what sets it apart. */
import type { Scope } from '../api/shapes.ts';
import { Tag } from '../shell/Tag.tsx';
import { Escaped } from '../text/Escaped.tsx';
import classes from './ScopeName.module.css';

/** The repository's name large enough to be found at a glance. */
export function ScopeName({ scope, critical = false }: { scope: Scope; critical?: boolean }) {
  return (
    <span className={classes.name}>
      <strong className={classes.repository}>
        <Escaped>{scope.repository}</Escaped>
      </strong>
      <span className={classes.tags}>
        <Tag>{scope.right}</Tag>
        {critical && <Tag tone="warn">critical</Tag>}
      </span>
    </span>
  );
}
