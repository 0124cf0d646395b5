/** When a request that nobody decided is over, and what it then says. */
import type { ElevationRequest } from './records.ts';

/**
 * The request as it stands at `now`: a pending one whose `decideBy` has come is lapsed, whether or not a node has
 * written that down yet. It lapses in the very millisecond of `decideBy`.
 */
export function asItStands(request: ElevationRequest, now: number): ElevationRequest {
  return request.state.kind === 'pending' && now >= request.decideBy ? lapsed(request) : request;
}

/** The request after its last moment to be decided. */
export function lapsed(request: ElevationRequest): ElevationRequest {
  return { ...request, state: { kind: 'lapsed', at: request.decideBy }, version: request.version + 1 };
}
