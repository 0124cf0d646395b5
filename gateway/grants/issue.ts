/** From an approved request to its grants: the clock starts now, by the store's time, and each scope becomes one grant. */
import type { ElevationRequest, Grant } from '../store/records.ts';
import { narrowed, nothingLeft, type ScopeTerms } from './approval.ts';
import type { Elevating } from './elevating.ts';
import type { Refusal } from './refusal.ts';

/** The grants of a request that all have agreed to, or why nothing is left to grant. */
export function grantsOf(
  { newId }: Pick<Elevating, 'newId'>,
  request: Pick<ElevationRequest, 'id' | 'principalId' | 'durationMs' | 'answers'>,
  terms: readonly ScopeTerms[],
  now: number,
): readonly Grant[] | Refusal {
  const left = narrowed(request, terms, request.answers);
  const nothing = nothingLeft(left);
  if (nothing !== undefined) return nothing;
  const { durationMs, scopes } = left;
  const approvers = request.answers.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by);
  return terms.map(({ rule, limits }, at) => {
    const scope = scopes[at];
    if (scope === undefined) throw new Error('narrowing lost a scope');
    return {
      id: newId('G'),
      requestId: request.id,
      principalId: request.principalId,
      scope,
      issuedAt: now,
      endsAt: now + durationMs,
      latestEndsAt: now + Math.max(limits.maxTotalMs, durationMs),
      version: 1,
      rule: rule.match,
      critical: rule.critical,
      approvers,
    };
  });
}
