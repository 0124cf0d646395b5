/** One screen: its heading, which takes the focus when the screen is come to, and what it holds. */
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './Screen.module.css';

/** False until the first screen was shown: a fresh page leaves the focus where the browser put it. */
let hasShownOne = false;

/** @param action stands beside the heading */
export function Screen({
  title,
  action,
  narrow = false,
  children,
}: {
  title: string;
  action?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);

  useEffect(() => {
    if (hasShownOne) heading.current?.focus({ preventScroll: true });
    hasShownOne = true;
  }, []);

  return (
    <div className={narrow ? classes.narrow : classes.screen}>
      <div className={classes.head}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {action}
      </div>
      {children}
    </div>
  );
}
