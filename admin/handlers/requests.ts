/** Elevation requests: asked, listed, answered, withdrawn. */

import type { ScopeAsk } from '../../gateway/grants/ask-checks.ts';
import { parseId } from '../../gateway/grants/ids.ts';
import { isRefusal, type Refusal } from '../../gateway/grants/refusal.ts';
import type { ElevationRequest } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Caller } from '../caller.ts';
import { groupsStale, notFound, Problem } from '../problem.ts';
import type { RequestView } from '../schemas/requests.ts';
import { findPeople } from '../views/people.ts';
import { peopleOf, tellsWhoWasSeen, viewRequest } from '../views/request-view.ts';
import { sight } from '../views/visibility.ts';
import type { Handlers } from './handling.ts';
import { problemOfRefusal } from './refused.ts';
import { requestList } from './request-list.ts';
import { readSpan } from './span.ts';

type RequestCalls =
  | 'createRequest'
  | 'listRequests'
  | 'readRequest'
  | 'approveRequest'
  | 'denyRequest'
  | 'withdrawRequest';

/** What a verb works with when one request is concerned. */
export type RequestViewer = (caller: Caller, request: ElevationRequest) => Promise<RequestView>;

/** Makes the view of one request for a caller; for an approved one with the end of what was granted. */
export function requestViewer(deps: Pick<AdminDeps, 'store' | 'policy' | 'config'>): RequestViewer {
  const { store } = deps;
  return async ({ principal }, request) => {
    const grantIds = request.state.kind === 'approved' ? request.state.grantIds : [];
    const [now, { person }, grants, extended, seen] = await Promise.all([
      store.now(),
      findPeople(store, peopleOf(request)),
      Promise.all(grantIds.map((grantId) => store.grant(grantId))),
      request.extends === undefined ? undefined : store.grant(request.extends),
      tellsWhoWasSeen(request, principal) ? store.seenLately() : undefined,
    ]);
    const ends = grants.flatMap((standing) => (standing === undefined ? [] : [standing.grant.endsAt]));
    return viewRequest(request, {
      viewer: principal,
      person,
      policy: deps.policy(),
      publicUrl: deps.config().publicUrl,
      now,
      endsAt: ends.length === 0 ? undefined : Math.min(...ends),
      extended: extended?.grant,
      seen,
    });
  };
}

/** The handlers about requests. */
export function requestHandlers(
  deps: Pick<AdminDeps, 'store' | 'policy' | 'config' | 'elevations' | 'canonicalName'>,
): Pick<Handlers, RequestCalls> {
  const { store, elevations } = deps;
  const viewOne = requestViewer(deps);

  const answer = async (caller: Caller, requestId: string, result: ElevationRequest | Refusal) =>
    isRefusal(result) ? problemOfRefusal(result, store, `/a/${requestId}`) : viewOne(caller, result);

  /** The request of an address, when the caller may see it: what one may not see one cannot answer either. */
  async function seen({ principal }: Caller, text: string): Promise<ElevationRequest | Problem> {
    const requestId = parseId(text, 'R');
    const request = requestId === undefined ? undefined : await store.request(requestId);
    if (request === undefined) return notFound('request');
    const seeing = sight(principal, request, deps.policy(), await store.now());
    if (seeing === 'groups-stale') return groupsStale();
    return seeing === 'yes' ? request : notFound('request');
  }

  return {
    async createRequest(caller, { body }) {
      const durationMs = readSpan(body.duration);
      if (durationMs instanceof Problem) return durationMs;
      const scopes: ScopeAsk[] = [];
      for (const { repository, right, refs, kinds } of body.scopes) {
        scopes.push({
          // What cannot be a name goes on as it is: it matches no rule and is refused like an unknown one.
          repository: deps.canonicalName(repository) ?? '',
          right,
          ...(refs === undefined ? {} : { refs }),
          ...(kinds === undefined ? {} : { kinds }),
        });
      }
      const result = await elevations.ask({
        by: caller.principal,
        scopes,
        durationMs,
        reason: body.reason,
        door: caller.door,
      });
      return answer(caller, '', result);
    },

    listRequests: requestList(deps),

    async readRequest(caller, { params }) {
      const request = await seen(caller, params.id);
      return request instanceof Problem ? request : viewOne(caller, request);
    },

    async approveRequest(caller, { params, body }) {
      const request = await seen(caller, params.id);
      if (request instanceof Problem) return request;
      const durationMs = body.duration === undefined ? undefined : readSpan(body.duration);
      if (durationMs instanceof Problem) return durationMs;
      const result = await elevations.approve({
        requestId: request.id,
        by: caller.principal,
        authenticatedAt: caller.authenticatedAt,
        door: caller.door,
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(body.refs === undefined ? {} : { refs: body.refs }),
        ...(body.comment === undefined ? {} : { comment: body.comment }),
      });
      return answer(caller, request.id, result);
    },

    async denyRequest(caller, { params, body }) {
      const request = await seen(caller, params.id);
      if (request instanceof Problem) return request;
      const result = await elevations.deny({
        requestId: request.id,
        by: caller.principal,
        comment: body.comment,
        door: caller.door,
      });
      return answer(caller, request.id, result);
    },

    async withdrawRequest(caller, { params }) {
      const request = await seen(caller, params.id);
      if (request instanceof Problem) return request;
      return answer(
        caller,
        request.id,
        await elevations.withdraw({ requestId: request.id, by: caller.principal }),
      );
    },
  };
}
