/** Grants of the in-process store along an order that stays. */
import { standingOf } from '../grant-state.ts';
import type { GrantWalk, Store } from '../store.ts';
import type { Book } from './book.ts';
import { endOf, keptGrant } from './grants.ts';
import { stretch } from './stretch.ts';

/** The verb that walks. */
export function memoryGrantWalk(book: Book): Pick<Store, 'walkGrants'> {
  return {
    async walkGrants(walk, { behind, repository, limit }) {
      const { looked, last } = stretch(placed(book, walk), walk, behind, limit);
      const met = looked.flatMap(({ place, kept }) =>
        repository === undefined || kept.grant.scope.repository === repository
          ? [{ place, grant: standingOf(kept, book.now()) }]
          : [],
      );
      return { met, last };
    },
  };
}

/** All grants of a walk. */
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
    });
}
