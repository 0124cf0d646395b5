/** Requests of the in-process store along an order that stays. */
import { asItStands } from '../request-lapse.ts';
import { listLimit } from '../spans.ts';
import type { RequestWalk, Store } from '../store.ts';
import { orderOnWalk } from '../walk-place.ts';
import type { Book } from './book.ts';

/** The verb that walks. */
export function memoryRequestWalk(book: Book): Pick<Store, 'walkRequests'> {
  return {
    async walkRequests(walk, { behind, limit }) {
      const rest = placed(book, walk).filter(
        ({ place }) => behind === undefined || orderOnWalk(walk, behind, place) < 0,
      );
      const met = rest.slice(0, listLimit(limit));
      const last = met.length < rest.length ? met.at(-1)?.place : undefined;
      return {
        met: met.map(({ place, request }) => ({ place, request: asItStands(request, book.now()) })),
        last,
      };
    },
  };
}

/** All requests of a walk, in its order. */
function placed(book: Book, walk: RequestWalk) {
  return [...book.requests.values()]
    .map((request, index) => ({
      request,
      place: { at: walk.kind.startsWith('pending') ? request.decideBy : index, id: request.id },
    }))
    .filter(({ request: { principalId, state, critical } }) => {
      if (walk.kind === 'all') return true;
      if (walk.kind === 'of') return principalId === walk.principalId;
      return state.kind === 'pending' && critical === (walk.kind === 'pending-critical');
    })
    .toSorted((a, b) => orderOnWalk(walk, a.place, b.place));
}
