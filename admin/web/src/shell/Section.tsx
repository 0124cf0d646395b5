/** A part of a screen under a heading of its own. */
import { type ReactNode, useId } from 'react';
import classes from './Section.module.css';

/** @param beside stands at the end of the heading's line */
export function Section({
  title,
  beside,
  children,
}: {
  title: string;
  beside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {beside}
      </div>
      {children}
    </section>
  );
}
