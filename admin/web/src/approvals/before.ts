/** What a requester had to do with the same repositories before, of the requests that the viewer may see. */
import type { ElevationRequest } from '../api/shapes.ts';

/** How earlier requests went. */
export interface Before {
  readonly approved: number;
  readonly denied: number;
  /** The one decided last. */
  readonly last: ElevationRequest | undefined;
}

/** @param seen requests of anybody, `request` itself among them or not */
export function before(request: ElevationRequest, seen: readonly ElevationRequest[]): Before {
  const asked = new Set(request.scopes.map(({ repository }) => repository));
  const same = seen.filter(
    ({ id, principal, scopes, createdAt }) =>
      id !== request.id &&
      createdAt <= request.createdAt &&
      principal.id === request.principal.id &&
      scopes.some(({ repository }) => asked.has(repository)),
  );
  const decided = same.filter(({ state }) => state === 'approved' || state === 'denied');
  const [last] = decided.toSorted((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0));
  return {
    approved: decided.filter(({ state }) => state === 'approved').length,
    denied: decided.filter(({ state }) => state === 'denied').length,
    last,
  };
}
