/** A word or two that qualify what stands beside them. */
import type { ReactNode } from 'react';
import classes from './Tag.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** @param tone colours it; the words must say the same without colour */
export function Tag({ children, tone = 'quiet' }: { children: ReactNode; tone?: Tone }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  );
}
