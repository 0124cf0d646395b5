/** A lock in words. */
import type { LockView } from '../../../admin/schemas/locks.ts';
import { momentText, personText, shown } from './shown.ts';

/** `repository hub/acme/app`. */
export function onText({ principal, repository, upstream }: LockView): string {
  if (principal !== undefined) return `principal ${personText(principal)}`;
  if (repository !== undefined) return `repository ${shown(repository)}`;
  if (upstream !== undefined) return `upstream ${shown(upstream)}`;
  return 'everything';
}

/** What it stops. */
export function rightText({ right }: LockView): string {
  return right ?? 'fetch and push';
}

/** Whom it lets through, or nothing. */
export function exceptText({ except }: LockView): string {
  return except.length === 0 ? '' : `except ${except.map(personText).join(', ')}`;
}

/** When it ends. */
export function untilText({ until, untilSignIn }: LockView): string {
  if (untilSignIn === true) return 'until they sign in';
  return until === undefined ? 'until lifted' : `until ${momentText(until)}`;
}
