/** The events of what ends by itself. */
import type { ElevationRequest, Grant } from './records.ts';
import type { EventDraft } from './store.ts';

/** A grant reached its end. A record that can no longer be read leaves only its id. */
export function expiredEvent(grantId: string, grant: Grant | undefined): EventDraft {
  if (grant === undefined) return { type: 'grant.expired', body: { grantId } };
  const { requestId, principalId, scope, issuedAt, endsAt, version } = grant;
  return {
    type: 'grant.expired',
    body: {
      grantId,
      requestId,
      principalId,
      repository: scope.repository,
      right: scope.right,
      issuedAt,
      endsAt,
      version,
    },
  };
}

/** Nobody decided a request in time. */
export function lapsedEvent(requestId: string, request: ElevationRequest | undefined): EventDraft {
  if (request === undefined) return { type: 'request.lapsed', body: { requestId } };
  const { principalId, decideBy, version } = request;
  return { type: 'request.lapsed', body: { requestId, principalId, decideBy, version } };
}
