/** Requests of the in-process store along an order that stays. */
import { asItStands } from '../request-lapse.ts';
import type { RequestWalk, Store } from '../store.ts';
import { isUpward } from '../walk-place.ts';
import type { Book } from './book.ts';
import { stretch } from './stretch.ts';

/** The verb that walks. */
export function memoryRequestWalk(book: Book): Pick<Store, 'walkRequests'> {
  return {
    async walkRequests(walk, { behind, limit }) {
      const { looked, last } = stretch(placed(book, walk), walk, behind, limit);
      return {
        met: looked.map(({ place, request }) => ({ place, request: asItStands(request, book.now()) })),
        last,
      };
    },
  };
}

/** All requests of a walk. */
function placed(book: Book, walk: RequestWalk) {
  return [...book.requests.values()]
    .map((request, index) => ({
      request,
      place: { at: isUpward(walk) ? request.decideBy : index, id: request.id },
    }))
    .filter(({ request: { principalId, state, critical } }) => {
      if (walk.kind === 'all') return true;
      if (walk.kind === 'of') return principalId === walk.principalId;
      return state.kind === 'pending' && critical === (walk.kind === 'pending-critical');
    });
}
