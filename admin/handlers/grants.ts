/** Grants: listed, ended, extended by asking. */
import { parseId } from '../../gateway/grants/ids.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { StandingGrant } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { type Caller, scopesOf } from '../caller.ts';
import { groupsStale, notFound, Problem } from '../problem.ts';
import { peopleIn, viewRunning } from '../views/operation-view.ts';
import { findPeople } from '../views/people.ts';
import { sight } from '../views/visibility.ts';
import { grantList } from './grant-list.ts';
import { grantViewer } from './grant-viewer.ts';
import type { Handlers } from './handling.ts';
import { problemOfRefusal } from './refused.ts';
import { requestViewer } from './requests.ts';
import { readSpan } from './span.ts';

/** The handlers about grants. */
export function grantHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'elevations' | 'canonicalName'>,
): Pick<Handlers, 'listGrants' | 'revokeGrant' | 'extendGrant'> {
  const { store, elevations } = deps;
  const viewRequestFor = requestViewer(deps);

  const viewAll = grantViewer(deps);

  /** The grant of an address, when the caller may see it. */
  async function seen({ principal }: Caller, text: string): Promise<StandingGrant | Problem> {
    const grantId = parseId(text, 'G');
    const standing = grantId === undefined ? undefined : await store.grant(grantId);
    if (standing === undefined) return notFound('grant');
    const { principalId, scope } = standing.grant;
    const seeing = sight(principal, { principalId, scopes: [scope] }, deps.policy(), await store.now());
    if (seeing === 'groups-stale') return groupsStale();
    return seeing === 'yes' ? standing : notFound('grant');
  }

  return {
    listGrants: grantList(deps, viewAll),

    async revokeGrant(caller, { params, body }) {
      const standing = await seen(caller, params.id);
      if (standing instanceof Problem) return standing;
      const { id: grantId, principalId } = standing.grant;
      if (principalId !== caller.principal.id && !scopesOf(caller).includes('approve')) {
        return new Problem(403, 'scope-missing', 'ending a grant of somebody else needs the scope approve');
      }
      const result = await elevations.revoke({
        grantId,
        by: caller.principal,
        reason: body.reason,
        door: caller.door,
      });
      if (isRefusal(result)) return problemOfRefusal(result, store, '/access');
      const now = await store.now();
      const [[grant], { person }] = await Promise.all([
        viewAll(caller, [result.grant], now),
        findPeople(store, peopleIn(result.running)),
      ]);
      if (grant === undefined) throw new Error('a revoked grant has no view');
      return { grant, running: viewRunning(result.running, person, now), recorded: result.recorded };
    },

    async extendGrant(caller, { params, body }) {
      const standing = await seen(caller, params.id);
      if (standing instanceof Problem) return standing;
      const durationMs = readSpan(body.duration);
      if (durationMs instanceof Problem) return durationMs;
      const { id: grantId } = standing.grant;
      const result = await elevations.extend({
        grantId,
        by: caller.principal,
        durationMs,
        reason: body.reason,
        door: caller.door,
      });
      return isRefusal(result) ? problemOfRefusal(result, store, '/access') : viewRequestFor(caller, result);
    },
  };
}
