/** Goes along what is kept in the in-process store from one place on. */
import { listLimit } from '../spans.ts';
import type { GrantWalk, RequestWalk, WalkPlace } from '../store.ts';
import { orderOnWalk } from '../walk-place.ts';

/** What stands on a walk behind a place, as many as are asked for, and the last place where there is more. */
export function stretch<T extends { readonly place: WalkPlace }>(
  all: readonly T[],
  walk: RequestWalk | GrantWalk,
  behind: WalkPlace | undefined,
  limit: number,
): { readonly looked: readonly T[]; readonly last: WalkPlace | undefined } {
  const rest = all
    .filter(({ place }) => behind === undefined || orderOnWalk(walk, behind, place) < 0)
    .toSorted((a, b) => orderOnWalk(walk, a.place, b.place));
  const looked = rest.slice(0, listLimit(limit));
  return { looked, last: looked.length < rest.length ? looked.at(-1)?.place : undefined };
}
