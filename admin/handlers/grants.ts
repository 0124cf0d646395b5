/** Grants: listed, ended, extended by asking. */
import { parseId } from '../../gateway/grants/ids.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { StandingGrant } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { type Caller, scopesOf } from '../caller.ts';
import { groupsStale, notFound, Problem } from '../problem.ts';
import { peopleOf, viewGrant } from '../views/grant-view.ts';
import { peopleIn, viewRunning } from '../views/operation-view.ts';
import { findPeople } from '../views/people.ts';
import { maySee, sight } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';
import { problemOfRefusal } from './refused.ts';
import { requestViewer } from './requests.ts';
import { readSpan } from './span.ts';

const listedUnlessAsked = 100;
const lookedThrough = 500;

/** The handlers about grants. */
export function grantHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'elevations'>,
): Pick<Handlers, 'listGrants' | 'revokeGrant' | 'extendGrant'> {
  const { store, elevations } = deps;
  const viewRequestFor = requestViewer(deps);

  async function viewAll({ principal }: Caller, grants: readonly StandingGrant[], now: number) {
    const { person } = await findPeople(store, grants.flatMap(peopleOf));
    const viewing = {
      viewer: principal,
      person,
      policy: deps.policy(),
      publicUrl: deps.config().publicUrl,
      now,
    };
    return grants.map((grant) => viewGrant(grant, viewing));
  }

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
    async listGrants(caller, { query }) {
      const { mine, state, limit = listedUnlessAsked } = query;
      const { principal } = caller;
      const named = query.principal === undefined ? undefined : parseId(query.principal, 'P');
      if (query.principal !== undefined && (named === undefined || mine === true))
        return new Problem(400, 'bad-call', 'principal is the id of a person, P-…, and goes without mine');
      const of = mine === true ? principal.id : named;
      const policy = deps.policy();
      const [found, now] = await Promise.all([
        store.grants({ limit: lookedThrough, ...(of === undefined ? {} : { principalId: of }) }),
        store.now(),
      ]);
      const visible = found.filter(({ grant: { principalId, scope } }) =>
        maySee(principal, { principalId, scopes: [scope] }, policy, now),
      );
      const views = await viewAll(caller, visible, now);
      const wanted = views.filter((view) => state === undefined || view.state === state);
      const more = wanted.length > limit || found.length === lookedThrough;
      return { now, grants: wanted.slice(0, limit), more };
    },

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
