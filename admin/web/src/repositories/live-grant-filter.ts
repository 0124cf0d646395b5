/** Which live grants are looked for. */
import type { Grant } from '../api/shapes.ts';
import { tidyName } from '../ask/rule-for.ts';
import { personLabel } from '../now/people-seen.ts';

/** What was written; empty where anything fits. */
export interface LiveGrantFilter {
  /** A label of `people-seen.ts`, or a part of one: of a name, an address or an id. */
  readonly person: string;
  /** A part of a repository's name, or its address. */
  readonly repository: string;
}

/** Those that fit, in their order; all of them, and the same array, where nothing was written. */
export function fittingGrants(
  grants: readonly Grant[],
  { person, repository }: LiveGrantFilter,
): readonly Grant[] {
  const who = person.trim().toLowerCase();
  const where = tidyName(repository).toLowerCase();
  if (who === '' && where === '') return grants;
  return grants.filter(
    ({ principal, scope }) =>
      scope.repository.toLowerCase().includes(where) && personLabel(principal).toLowerCase().includes(who),
  );
}
