/** One line of a list; with a link over all of it, where it leads somewhere. */
import type { ReactNode } from 'react';
import { LongList } from '../shell/LongList.tsx';
import classes from './Row.module.css';

/** @param head the first line, which holds the link if there is one
 * @param side what stands at the end: a state, a time, an action */
export function Row({ head, side, children }: { head: ReactNode; side?: ReactNode; children?: ReactNode }) {
  return (
    <li className={classes.row}>
      <div className={classes.body}>
        <div className={classes.head}>{head}</div>
        {children !== undefined && <div className={classes.more}>{children}</div>}
      </div>
      {side !== undefined && <div className={classes.side}>{side}</div>}
    </li>
  );
}

/** The list that rows stand in. */
export function Rows({ children }: { children: ReactNode }) {
  return <ul className={classes.rows}>{children}</ul>;
}

/** The list that many rows stand in: those out of sight are not drawn. */
export function LongRows<T>(props: Omit<Parameters<typeof LongList<T>>[0], 'className' | 'as'>) {
  return <LongList {...props} className={classes.rows} />;
}
