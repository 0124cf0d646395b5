/** Asking: a person's request for scopes, a span and a reason; granted at once where the rules want nobody else. */
import type { ElevationRequest, Principal } from '../store/records.ts';
import { type ScopeTerms, termsOf } from './approval.ts';
import { checkDuration, checkReason, checkScopes, type ScopeAsk } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { grantIssued, requestApproved, requestCreated } from './elevation-events.ts';
import { grantsOf } from './issue.ts';
import { isRefusal, notInPolicy, type Refusal, refuse } from './refusal.ts';

/** What a person sends. */
export interface Asked {
  readonly by: Principal;
  readonly scopes: readonly ScopeAsk[];
  readonly durationMs: number;
  readonly reason: string;
}

/** Requests of one person that may wait at a time. */
const mostPending = 100;

/** Creates the request, or returns the identical one that waits already. */
export async function ask(
  elevating: Elevating,
  { by, scopes: asked, durationMs, reason }: Asked,
): Promise<ElevationRequest | Refusal> {
  const { store } = elevating;
  const policy = elevating.policy();
  const now = await store.now();
  const scopes = checkScopes(asked, by, policy, now);
  if (isRefusal(scopes)) return scopes;
  const terms = termsOf(scopes, policy);
  if (terms === undefined) return notInPolicy;
  const bad = checkDuration(durationMs, terms);
  if (bad !== undefined) return bad;
  const checked = checkReason(reason, terms);
  if (isRefusal(checked)) return checked;

  const request = aRequest(elevating, by, terms, durationMs, checked.reason, now);
  if (terms.every(({ needs }) => needs.length === 0)) return await atOnce(elevating, request, terms, now);
  const pending = await store.requests({ principalId: by.id, state: 'pending', limit: mostPending });
  if (pending.length >= mostPending)
    return refuse('too-many', `${mostPending} of your requests wait already; withdraw some first`);
  const { value, events } = await store.createRequest(request, requestCreated(request, rulesOf(terms)));
  await elevating.settle(events);
  return value.request;
}

/**
 * Grants what the rule approves by itself; `undefined` where it does not, or where somebody has just revoked what it gave.
 *
 * A grant revoked within the last day keeps the rule from giving it again by itself: otherwise the next command would
 * undo the revocation. Then the person asks, and somebody looks.
 */
export async function grantAutomatically(
  elevating: Elevating,
  by: Principal,
  repository: string,
  right: 'fetch' | 'push',
): Promise<ElevationRequest | undefined> {
  const { store } = elevating;
  const policy = elevating.policy();
  const { standing } = await store.stand({ principalId: by.id }, repository);
  const { now } = standing;
  const mayAsk = policy.mayAsk(by, repository, right, now);
  if (mayAsk.kind !== 'yes' || mayAsk.limits.approval.kind !== 'automatic') return undefined;
  const revoked = standing.grants.some(
    ({ grant, state }) =>
      state.kind === 'revoked' &&
      state.by !== by.id &&
      grant.scope.repository === repository &&
      grant.scope.right === right,
  );
  if (revoked) return undefined;
  const { refs, kinds, maxDurationMs } = mayAsk.limits;
  const scope =
    right === 'fetch' ? { repository, right, refs: [], kinds: [] } : { repository, right, refs, kinds };
  const terms: readonly ScopeTerms[] = [{ scope, rule: mayAsk.rule, limits: mayAsk.limits, needs: [] }];
  const request = aRequest(elevating, by, terms, maxDurationMs, 'approved by policy', now);
  const done = await atOnce(elevating, request, terms, now);
  return isRefusal(done) ? undefined : done;
}

/** Request, approval and grants in one atomic step. */
async function atOnce(
  elevating: Elevating,
  request: ElevationRequest,
  terms: readonly ScopeTerms[],
  now: number,
): Promise<ElevationRequest | Refusal> {
  const grants = grantsOf(elevating, request, terms, now);
  if (isRefusal(grants)) return grants;
  const approved: ElevationRequest = {
    ...request,
    state: { kind: 'approved', at: now, grantIds: grants.map(({ id }) => id) },
    version: request.version + 1,
  };
  const { hash } = elevating.policy();
  const { events } = await elevating.store.grantAtOnce(approved, grants, [
    requestCreated(request, rulesOf(terms)),
    requestApproved(approved, true),
    ...grants.map((grant) => grantIssued(grant, hash)),
  ]);
  await elevating.settle(events);
  return approved;
}

function aRequest(
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
