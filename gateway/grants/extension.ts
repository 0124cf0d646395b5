/** Extending: a request on a live grant, under the same rule; approved, it moves the end and touches nothing else. */
import type { ElevationRequest, Grant, Principal, StandingGrant } from '../store/records.ts';
import { moved } from './answering.ts';
import { narrowed, type ScopeTerms, termsOf } from './approval.ts';
import { checkDuration, checkReason, checkScopes } from './ask-checks.ts';
import { alreadyDecided } from './decided-text.ts';
import type { Elevating } from './elevating.ts';
import { grantExtended, requestApproved, requestCreated, type SaidAt } from './elevation-events.ts';
import { isRefusal, notInPolicy, type Refusal, refuse } from './refusal.ts';
import { rulesOf } from './requesting.ts';
import { timeText } from './time-text.ts';

/** What a holder sends to keep a grant longer. */
export interface ExtensionAsked {
  readonly grantId: string;
  readonly by: Principal;
  /** How much longer, from the end it has now. */
  readonly durationMs: number;
  readonly reason: string;
  /** Where it was said, when that was neither the page nor the API. */
  readonly door?: SaidAt;
}

/**
 * Asks for a later end of a live grant, under the rule that stands for it today; granted at once where the rule wants nobody.
 * What reaches beyond the grant's whole life is cut to it, which the request's view shows before anybody approves.
 */
export async function extend(
  elevating: Elevating,
  { grantId, by, durationMs, reason, door }: ExtensionAsked,
): Promise<ElevationRequest | Refusal> {
  const { store } = elevating;
  const policy = elevating.policy();
  const [held, now] = await Promise.all([store.grant(grantId), store.now()]);
  if (held === undefined) return refuse('unknown', `there is no grant ${grantId}`);
  const { grant } = held;
  if (grant.principalId !== by.id)
    return refuse('not-yours', 'only its holder may ask to extend a grant', { grant: held });
  const ended = endedRefusal(held, now);
  if (ended !== undefined) return ended;
  const scopes = checkScopes([askOf(grant)], by, policy, now);
  if (isRefusal(scopes)) return scopes;
  const terms = termsOf([grant.scope], policy);
  if (terms === undefined) return notInPolicy;
  const bad = checkDuration(durationMs, terms);
  if (bad !== undefined) return bad;
  const checked = checkReason(reason, terms);
  if (isRefusal(checked)) return checked;
  if (grant.endsAt >= grant.latestEndsAt)
    return refuse(
      'bad-duration',
      `grant ${grantId} has its longest life already, until ${timeText(grant.latestEndsAt, now)}`,
    );

  const request: ElevationRequest = {
    id: elevating.newId('R'),
    principalId: by.id,
    scopes: [grant.scope],
    durationMs,
    reason: checked.reason,
    createdAt: now,
    // There is nothing left to decide once the grant has ended.
    decideBy: Math.min(grant.endsAt, now + Math.min(...terms.map(({ limits }) => limits.decideWithinMs))),
    extends: grantId,
    critical: grant.critical || terms.some(({ rule }) => rule.critical),
    answers: [],
    state: { kind: 'pending' },
    version: 1,
  };
  const { value, events } = await store.createRequest(request, requestCreated(request, rulesOf(terms), door));
  await elevating.settle(events);
  if (terms.some(({ needs }) => needs.length > 0)) return value.request;
  return await extendAtOnce(elevating, value.request.id, terms);
}

/** Rules that want nobody else extend as they grant: at once. A request left behind by a lost reply is taken up again. */
async function extendAtOnce(
  elevating: Elevating,
  requestId: string,
  terms: readonly ScopeTerms[],
): Promise<ElevationRequest | Refusal> {
  return await moved(elevating, requestId, async (request, now) => {
    if (request.state.kind === 'approved') return { already: request };
    if (request.state.kind !== 'pending') return await alreadyDecided(elevating.store, request, now);
    const held = request.extends === undefined ? undefined : await elevating.store.grant(request.extends);
    const extension = extended(held, request, terms, now);
    if (isRefusal(extension)) return extension;
    const next: ElevationRequest = {
      ...request,
      state: { kind: 'approved', at: now, grantIds: [extension.id] },
      version: request.version + 1,
    };
    const { durationMs } = narrowed(request, terms, []);
    return {
      next,
      extension,
      events: [
        requestApproved(next, durationMs, true),
        grantExtended(extension, next, elevating.policy().hash),
      ],
    };
  });
}

/** The grant as it stands after the extension: the end moves forward, never beyond the whole life its rule allows. */
export function extended(
  held: StandingGrant | undefined,
  request: ElevationRequest,
  terms: readonly ScopeTerms[],
  now: number,
): Grant | Refusal {
  if (held === undefined) return refuse('unknown', 'the grant to be extended is gone');
  const ended = endedRefusal(held, now);
  if (ended !== undefined) return ended;
  const { grant } = held;
  const { durationMs } = narrowed(request, terms, request.answers);
  const endsAt = Math.min(grant.endsAt + durationMs, grant.latestEndsAt);
  if (endsAt <= grant.endsAt)
    return refuse(
      'bad-duration',
      `grant ${grant.id} has its longest life already, until ${timeText(grant.latestEndsAt, now)}`,
    );
  return { ...grant, endsAt, version: grant.version + 1 };
}

function endedRefusal(held: StandingGrant, now: number): Refusal | undefined {
  const { grant, state } = held;
  if (state.kind === 'revoked' || state.kind === 'expired' || grant.endsAt <= now)
    return refuse('grant-ended', `grant ${grant.id} has ended; an ended grant cannot be extended, ask anew`, {
      grant: held,
    });
  return undefined;
}

function askOf({ scope }: Grant): Parameters<typeof checkScopes>[0][number] {
  const { repository, right, refs, kinds } = scope;
  return right === 'fetch' ? { repository, right } : { repository, right, refs, kinds };
}
