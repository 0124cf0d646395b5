/** When two requests ask for the same. */
import { createHash } from 'node:crypto';
import type { ElevationRequest } from './records.ts';

/** A digest equal for requests of one principal with the same scopes, duration and grant to extend; the reason may differ. */
export function askDigest(request: ElevationRequest): string {
  const scopes = request.scopes
    .map(({ repository, right, refs, kinds }) =>
      JSON.stringify([repository, right, refs.toSorted(), kinds.toSorted()]),
    )
    .toSorted();
  const ask = [request.principalId, scopes, request.durationMs, request.extends ?? ''];
  return createHash('sha256').update(JSON.stringify(ask)).digest('base64url');
}
