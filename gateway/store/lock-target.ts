/** What a lock is on, as one word to look it up by. */
import { createHash } from 'node:crypto';
import type { Lock } from './records.ts';

/** The word of one target. Names are hashed, so that no name can look like another target or leave its key. */
export function targetOf(on: Lock['on']): string {
  switch (on.kind) {
    case 'principal':
      return `principal-${nameDigest(on.principalId)}`;
    case 'repository':
      return `repository-${nameDigest(on.repository)}`;
    case 'upstream':
      return `upstream-${nameDigest(on.upstream)}`;
    case 'everything':
      return 'everything';
  }
}

/** Every target that concerns a principal on a repository, widest first. */
export function targetsFor(principalId: string | undefined, repository: string): readonly Lock['on'][] {
  const [upstream = ''] = repository.split('/', 1);
  return [
    { kind: 'everything' },
    { kind: 'upstream', upstream },
    { kind: 'repository', repository },
    ...(principalId === undefined ? [] : [{ kind: 'principal' as const, principalId }]),
  ];
}

/** A name of any length and any characters as 43 letters, digits, `-` and `_`. */
export function nameDigest(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
