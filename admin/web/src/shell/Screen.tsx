/** One screen: its heading, which takes the focus when the screen is come to, and what it holds. */
import { Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './Screen.module.css';

/** False until the first screen was shown: a fresh page leaves the focus where the browser put it. */
let hasShownOne = false;

/**
 * @param action stands beside the heading
 * @param isReady false while something that it shows first is still on its way: all of it comes at once, so that nothing moves
 *   under somebody's finger; what is shown once stays
 */
export function Screen({
  title,
  action,
  narrow = false,
  isReady = true,
  children,
}: {
  title: string;
  action?: ReactNode;
  narrow?: boolean;
  isReady?: boolean;
  children: ReactNode;
}) {
  const [isShown, setShown] = useState(isReady);
  if (isReady && !isShown) setShown(true);
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
      {isShown ? children : <Skeleton height={420} radius={12} />}
    </div>
  );
}
