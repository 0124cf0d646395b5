/** A sheet that holds one thing. */
import type { ReactNode } from 'react';
import classes from './Panel.module.css';

/** @param flush without inner space, for lists whose rows bring their own */
export function Panel({ children, flush = false }: { children: ReactNode; flush?: boolean }) {
  return <div className={flush ? classes.flush : classes.panel}>{children}</div>;
}
