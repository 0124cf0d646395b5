/** Grants of the in-process store along an order that stays. */
import { standingOf } from '../grant-state.ts';
import { listLimit } from '../spans.ts';
import type { GrantWalk, Store } from '../store.ts';
import { orderOnWalk } from '../walk-place.ts';
import type { Book } from './book.ts';
import { endOf, keptGrant } from './grants.ts';

/** The verb that walks. */
export function memoryGrantWalk(book: Book): Pick<Store, 'walkGrants'> {
  return {
    async walkGrants(walk, { behind, repository, limit }) {
      const rest = placed(book, walk).filter(
        ({ place }) => behind === undefined || orderOnWalk(walk, behind, place) < 0,
      );
      const looked = rest.slice(0, listLimit(limit));
      const last = looked.length < rest.length ? looked.at(-1)?.place : undefined;
      const met = looked.flatMap(({ place, kept }) =>
        repository === undefined || kept.grant.scope.repository === repository
          ? [{ place, grant: standingOf(kept, book.now()) }]
          : [],
      );
      return { met, last };
    },
  };
}

/** All grants of a walk, in its order. */
function placed(book: Book, walk: GrantWalk) {
  return [...book.grants]
    .flatMap(([id, { issued }]) => {
      const kept = keptGrant(book, id);
      return kept === undefined
        ? []
        : [{ kept, place: { at: walk.kind === 'open' ? kept.grant.endsAt : issued, id } }];
    })
    .filter(({ kept }) => {
      if (walk.kind === 'all') return true;
      if (walk.kind === 'of') return kept.grant.principalId === walk.principalId;
      return endOf(kept) > book.now();
    })
    .toSorted((a, b) => orderOnWalk(walk, a.place, b.place));
}
