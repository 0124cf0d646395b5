/** `GET /api/grants`: pages of what the caller may see. */
import { parseId } from '../../gateway/grants/ids.ts';
import type { StandingGrant } from '../../gateway/store/records.ts';
import type { GrantWalk, WalkPlace } from '../../gateway/store/store.ts';
import { isUpward } from '../../gateway/store/walk-place.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { stateOf } from '../views/grant-view.ts';
import { maySee } from '../views/visibility.ts';
import type { ViewGrants } from './grant-viewer.ts';
import type { Handlers } from './handling.ts';

/** Grants listed unless the caller asks for more. */
const listedUnlessAsked = 100;
/** Grants read from the store at once, and for one page: few of them may be what is looked for. */
const readAtOnce = 500;
const readAtMost = 2_000;

/** The handler. Those that live come as they end, the first to end in front; one person's and everything else newest first. */
export function grantList(
  { store, policy: policyNow, canonicalName }: Pick<AdminDeps, 'store' | 'policy' | 'canonicalName'>,
  view: ViewGrants,
): Handlers['listGrants'] {
  return async (caller, { query }) => {
    const { mine, state, limit = listedUnlessAsked } = query;
    const { principal } = caller;
    const named = query.principal === undefined ? undefined : parseId(query.principal, 'P');
    if (query.principal !== undefined && (named === undefined || mine === true))
      return new Problem(400, 'bad-call', 'principal is the id of a person, P-…, and goes without mine');
    const walk = walkOf(mine === true ? principal.id : named, state);
    let behind = query.cursor === undefined ? undefined : placeOf(query.cursor, walk);
    if (query.cursor !== undefined && behind === undefined)
      return new Problem(400, 'bad-call', 'cursor is of another list; a list goes on as it was begun');
    // Of a host that was taken out of the configuration grants may still live.
    const repository = query.repository && (canonicalName(query.repository) ?? query.repository);
    const policy = policyNow();
    const now = await store.now();
    const found: StandingGrant[] = [];

    /** Fills the page; answers where the next one begins. */
    const fill = async (): Promise<WalkPlace | undefined> => {
      let step = limit + 1;
      for (let read = 0; read < readAtMost; read += step, step = readAtOnce) {
        const { met, last } = await store.walkGrants(walk, { behind, repository, limit: step });
        for (const { place, grant } of met) {
          const { principalId, scope } = grant.grant;
          if (state !== undefined && stateOf(grant, now) !== state) continue;
          if (!maySee(principal, { principalId, scopes: [scope] }, policy, now)) continue;
          // Only what the page does not hold is left for the next: one that ends with the list has none behind it.
          if (found.length === limit) return behind;
          found.push(grant);
          behind = place;
        }
        if (last === undefined) return undefined;
        behind = last;
        if (found.length === limit) return behind;
      }
      return behind;
    };
    const next = await fill();
    return {
      now,
      grants: await view(caller, found, now),
      more: next !== undefined,
      ...(next === undefined ? {} : { cursor: cursorOf(next, walk) }),
    };
  };
}

function walkOf(principalId: string | undefined, state: string | undefined): GrantWalk {
  if (principalId !== undefined) return { kind: 'of', principalId };
  return { kind: state === 'live' ? 'open' : 'all' };
}

/** With the order it is a place in: in another it would be somewhere else. */
function cursorOf({ at, id }: WalkPlace, walk: GrantWalk): string {
  return `${orderName(walk)}.${at}.${id}`;
}

function placeOf(cursor: string, walk: GrantWalk): WalkPlace | undefined {
  const [order, at, id] = cursor.split('.');
  return order === orderName(walk) && id !== undefined ? { at: Number(at), id } : undefined;
}

function orderName(walk: GrantWalk): string {
  return isUpward(walk) ? 'ends' : 'new';
}
