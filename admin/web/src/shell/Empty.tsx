/** What stands where nothing is yet: a sentence on what belongs here and how it comes here. */
import type { ReactNode } from 'react';
import classes from './Empty.module.css';
import { Panel } from './Panel.tsx';

/** @param action the one thing to do about it */
export function Empty({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Panel>
      <div className={classes.empty}>
        <p className={classes.title}>{title}</p>
        <div className={classes.text}>{children}</div>
        {action}
      </div>
    </Panel>
  );
}
