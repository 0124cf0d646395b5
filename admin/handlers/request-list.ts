/** `GET /api/requests`: pages of what the caller may see. */

import type { ElevationRequest } from '../../gateway/store/records.ts';
import type { RequestWalk, WalkPlace } from '../../gateway/store/store.ts';
import { orderOnWalk } from '../../gateway/store/walk-place.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { type FindPerson, findPeople } from '../views/people.ts';
import { mayAnswer, peopleOf, tellsWhoWasSeen, viewRequest } from '../views/request-view.ts';
import { maySee } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';

/** Requests listed unless the caller asks for more. */
const listedUnlessAsked = 100;
/** Requests read from the store at once, and for one page: few of them may be what is looked for. */
const readAtOnce = 500;
const readAtMost = 2_000;

/** A place on the walks that a query goes along, one behind the other. */
interface Place {
  readonly walk: number;
  readonly behind: WalkPlace | undefined;
}

/** The handler. Those that wait come with the critical ones first, then as they lapse; everything else newest first, with a page's critical ones in front. */
export function requestList(deps: Pick<AdminDeps, 'store' | 'policy' | 'config'>): Handlers['listRequests'] {
  const { store } = deps;
  return async ({ principal }, { query }) => {
    const { mine, answerable, find, limit = listedUnlessAsked } = query;
    const state = answerable === true ? 'pending' : query.state;
    const policy = deps.policy();
    const now = await store.now();
    const fits = (request: ElevationRequest): boolean =>
      (state === undefined || request.state.kind === state) &&
      (mine !== true || request.principalId === principal.id) &&
      maySee(principal, request, policy, now) &&
      (answerable !== true || mayAnswer(request, principal, policy, now));
    const found: ElevationRequest[] = [];
    const walks = walksOf(principal.id, mine, state);
    const until = query.until === undefined ? undefined : placeOf(query.until);

    /** Fills the page; answers where the next one begins. */
    const fill = async (): Promise<Place | undefined> => {
      let { walk: at, behind } =
        query.cursor === undefined ? { walk: 0, behind: undefined } : placeOf(query.cursor);
      let step = limit + 1;
      for (let read = 0; read < readAtMost; ) {
        const walk = walks[at];
        if (walk === undefined) return undefined;
        const { met, last } = await store.walkRequests(walk, { behind, limit: step });
        const fitting = met.filter(({ request }) => fits(request));
        const { person } = await findPeople(
          store,
          find === undefined ? [] : fitting.map(({ request }) => request.principalId),
        );
        for (const { place, request } of fitting) {
          if (isBeyond(until, { walk: at, behind: place }, walk)) return until;
          if (find !== undefined && !holds(request, find, person)) continue;
          // Only what the page does not hold is left for the next: one that ends with the list has none behind it.
          if (found.length === limit) return { walk: at, behind };
          found.push(request);
          behind = place;
        }
        read += step;
        step = readAtOnce;
        [at, behind] = last === undefined ? [at + 1, undefined] : [at, last];
      }
      return { walk: at, behind };
    };
    const next = await fill();
    const [{ person }, seen] = await Promise.all([
      findPeople(store, found.flatMap(peopleOf)),
      found.some((request) => tellsWhoWasSeen(request, principal)) ? store.seenLately() : undefined,
    ]);
    const viewing = { viewer: principal, person, policy, publicUrl: deps.config().publicUrl, now, seen };
    return {
      now,
      requests: found
        .toSorted((a, b) => Number(b.critical) - Number(a.critical))
        .map((request) => viewRequest(request, viewing)),
      ...(next === undefined ? {} : { cursor: cursorOf(next) }),
    };
  };
}

function walksOf(
  principalId: string,
  mine: boolean | undefined,
  state: string | undefined,
): readonly RequestWalk[] {
  if (mine === true) return [{ kind: 'of', principalId }];
  return state === 'pending' ? [{ kind: 'pending-critical' }, { kind: 'pending-other' }] : [{ kind: 'all' }];
}

function isBeyond(until: Place | undefined, { walk: at, behind }: Place, walk: RequestWalk): boolean {
  if (until === undefined || behind === undefined || at < until.walk) return false;
  return at > until.walk || until.behind === undefined || orderOnWalk(walk, until.behind, behind) < 0;
}

function cursorOf({ walk, behind }: Place): string {
  return behind === undefined ? String(walk) : `${walk}.${behind.at}.${behind.id}`;
}

function placeOf(cursor: string): Place {
  const [walk, at, id] = cursor.split('.');
  return { walk: Number(walk), behind: id === undefined ? undefined : { at: Number(at), id } };
}

function holds(
  { id, principalId, scopes, reason }: ElevationRequest,
  find: string,
  person: FindPerson,
): boolean {
  const { name = '', email = '' } = person(principalId);
  const part = find.toLowerCase();
  return [id, name, email, reason, ...scopes.map(({ repository }) => repository)].some((text) =>
    text.toLowerCase().includes(part),
  );
}
