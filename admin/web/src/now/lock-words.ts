/** Locks in words. */
import type { Lock } from '../api/shapes.ts';
import { personName } from '../text/person-name.ts';
import { visibleString } from '../text/visible-text.ts';

/** What nobody gets past: `everything`, `pushes to demo/app`, `fetches by Dana Developer`. */
export function lockTarget({ principal, repository, upstream, right }: Lock): string {
  if (principal !== undefined) {
    const name = personName(principal);
    return right === undefined ? name : `${right === 'push' ? 'pushes' : 'fetches'} by ${name}`;
  }
  const on =
    repository !== undefined
      ? visibleString(repository)
      : upstream !== undefined
        ? `all of ${visibleString(upstream)}`
        : 'everything';
  if (right === undefined) return on;
  return right === 'push' ? `pushes to ${on}` : `fetches of ${on}`;
}
