/** A sentence that matters now: what happened, and what to do. */
import type { ReactNode } from 'react';
import classes from './Notice.module.css';
import type { Tone } from './Tag.tsx';

/** Bad news is read out at once by screen readers, the rest when they come to it. */
export function Notice({ tone, title, children }: { tone: Tone; title?: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      {title !== undefined && <strong className={classes.title}>{title}</strong>}
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}
