/** Building a request, and granting one at once where its rules want nobody's agreement. */
import type { ElevationRequest, Principal } from '../store/records.ts';
import { narrowed, type ScopeTerms } from './approval.ts';
import type { Elevating } from './elevating.ts';
import { grantIssued, requestApproved, requestCreated, type SaidAt } from './elevation-events.ts';
import { grantsOf } from './issue.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

/**
 * Request, approval and grants in one atomic step.
 *
 * @param decidedAt the `seq` of the standing that it rests on; `busy` when that has changed since
 * @param door where it was asked for
 */
export async function atOnce(
  elevating: Elevating,
  request: ElevationRequest,
  terms: readonly ScopeTerms[],
  now: number,
  { decidedAt, door }: { readonly decidedAt?: number; readonly door?: SaidAt } = {},
): Promise<ElevationRequest | Refusal> {
  const grants = grantsOf(elevating, request, terms, now);
  if (isRefusal(grants)) return grants;
  const approved: ElevationRequest = {
    ...request,
    state: { kind: 'approved', at: now, grantIds: grants.map(({ id }) => id) },
    version: request.version + 1,
  };
  const { hash } = elevating.policy();
  const { durationMs } = narrowed(request, terms, []);
  const drafts = [
    requestCreated(request, rulesOf(terms), door),
    requestApproved(approved, durationMs, true),
    ...grants.map((grant) => grantIssued(grant, hash)),
  ];
  const { value, events } = await elevating.store.grantAtOnce(approved, grants, drafts, decidedAt);
  if (value.kind === 'moved') return refuse('busy', 'what you may do has just changed; try again');
  await elevating.settle(events);
  return approved;
}

/** A new pending request under these terms; it waits as long as the most impatient of its rules lets it. */
export function aRequest(
  { newId }: Pick<Elevating, 'newId'>,
  by: Principal,
  terms: readonly ScopeTerms[],
  durationMs: number,
  reason: string,
  now: number,
): ElevationRequest {
  return {
    id: newId('R'),
    principalId: by.id,
    scopes: terms.map(({ scope }) => scope),
    durationMs,
    reason,
    createdAt: now,
    decideBy: now + Math.min(...terms.map(({ limits }) => limits.decideWithinMs)),
    critical: terms.some(({ rule }) => rule.critical),
    answers: [],
    state: { kind: 'pending' },
    version: 1,
  };
}

/** The rules asked under, as the audit names them. */
export function rulesOf(terms: readonly ScopeTerms[]): string {
  return [...new Set(terms.map(({ rule }) => rule.match))].join(', ');
}
