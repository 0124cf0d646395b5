/** Asking: a person's request for scopes, a span and a reason; granted at once where the rules want nobody else. */
import type { ElevationRequest, Principal } from '../store/records.ts';
import { askDigest } from '../store/same-ask.ts';
import { termsOf } from './approval.ts';
import { checkDuration, checkReason, checkScopes, type ScopeAsk } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { requestCreated, type SaidAt } from './elevation-events.ts';
import { isRefusal, notInPolicy, type Refusal, refuse } from './refusal.ts';
import { aRequest, atOnce, rulesOf } from './requesting.ts';

/** What a person sends. */
export interface Asked {
  readonly by: Principal;
  readonly scopes: readonly ScopeAsk[];
  readonly durationMs: number;
  readonly reason: string;
  /** Where it was said, when that was neither the page nor the API. */
  readonly door?: SaidAt;
}

/** Requests of one person that may wait at a time. */
const mostPending = 100;

/** An ask whose reply was lost is sent again within this time; what it granted at once is returned then, not doubled. */
const repeatedWithinMs = 60_000;

/** Creates the request, or returns the identical one that waits already or was granted a moment ago. */
export async function ask(
  elevating: Elevating,
  { by, scopes: asked, durationMs, reason, door }: Asked,
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
  if (terms.every(({ needs }) => needs.length === 0))
    return (
      (await justGranted(elevating, request)) ?? (await atOnce(elevating, request, terms, now, { door }))
    );
  const pending = await store.requests({ principalId: by.id, state: 'pending', limit: mostPending });
  if (pending.length >= mostPending)
    return refuse('too-many', `${mostPending} of your requests wait already; withdraw some first`);
  const { value, events } = await store.createRequest(request, requestCreated(request, rulesOf(terms), door));
  await elevating.settle(events);
  return value.request;
}

/** The same ask with the same reason, granted a moment ago, all of whose grants are live still. */
async function justGranted(
  { store }: Elevating,
  request: ElevationRequest,
): Promise<ElevationRequest | undefined> {
  const digest = askDigest(request);
  const granted = await store.requests({ principalId: request.principalId, state: 'approved', limit: 20 });
  const twin = granted.find(
    (other) =>
      request.createdAt - other.createdAt < repeatedWithinMs &&
      other.reason === request.reason &&
      askDigest(other) === digest,
  );
  if (twin?.state.kind !== 'approved') return undefined;
  const grants = await Promise.all(twin.state.grantIds.map((grantId) => store.grant(grantId)));
  return grants.every((held) => held?.state.kind === 'live') ? twin : undefined;
}
