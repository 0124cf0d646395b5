/** Moving a pending request: the rules of every answer, and the compare-and-set that lets exactly one answer win. */
import type { Answer, ElevationRequest, Grant, Principal } from '../store/records.ts';
import type { EventDraft } from '../store/store.ts';
import { alreadyDecided, tooLate } from './decided-text.ts';
import type { Elevating } from './elevating.ts';
import { requestAttempted, type SaidAt } from './elevation-events.ts';
import type { Policy } from './policy.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';
import { workloadIssuer } from './selected.ts';

/** What a verb makes of a request as it stands: its next state, the same when the verb had been done before, or no. */
export type Step = Move | { readonly already: ElevationRequest } | Refusal;

/** The request's next state and what comes with it, stored all or nothing. */
export interface Move {
  readonly next: ElevationRequest;
  readonly events: readonly EventDraft[];
  /** Issued with the last approval of a request for scopes. */
  readonly grants?: readonly Grant[];
  /** The grant with its new end, with the last approval of an extension. */
  readonly extension?: Grant;
}

/** How often a verb is tried again when somebody else moved the request meanwhile; each round somebody got through. */
const tries = 20;

/**
 * Answers a request: nobody their own, no workload any, a critical one on the page unless configured, and only while it is pending.
 *
 * The same answer of the same person changes nothing and gets what stands, since the reply to the first may have been lost.
 * An answer that moved the request is in the audit by its own events; every other attempt is recorded here (case J4).
 */
export async function answered(
  elevating: Elevating,
  { requestId, by, door }: { readonly requestId: string; readonly by: Principal; readonly door?: SaidAt },
  verdict: Answer['verdict'],
  step: (request: ElevationRequest, now: number) => Promise<Step>,
): Promise<ElevationRequest | Refusal> {
  let isRepeated = false;
  const result = await moved(elevating, requestId, async (request, now) => {
    if (request.principalId === by.id)
      return refuse('own-request', 'nobody answers their own request; somebody else has to', { request });
    if (by.issuer === workloadIssuer)
      return refuse('not-an-approver', 'workloads may ask, and never answer', { request });
    if (door === 'ssh' && !mayAnswerAtSsh(elevating, request))
      return refuse('page-only', 'this rule is critical, and its requests are answered on the page only', {
        request,
      });
    isRepeated = saidBefore(request, by, verdict);
    if (isRepeated) return { already: request };
    if (request.state.kind !== 'pending') return await alreadyDecided(elevating.store, request, now);
    if (now >= request.decideBy) return tooLate(request, now);
    return await step(request, now);
  });
  const outcome = isRefusal(result) ? result.refused : 'repeated';
  if (outcome !== 'unknown' && (isRepeated || isRefusal(result)))
    await elevating.record(requestAttempted(requestId, by.id, verdict, outcome, door));
  return result;
}

/** Whether the request was critical when it was made, or what it asks for is under the policy in force. */
export function isCritical({ critical, scopes }: ElevationRequest, policy: Policy): boolean {
  return critical || scopes.some(({ repository }) => policy.ruleFor(repository)?.critical === true);
}

function mayAnswerAtSsh(
  { policy, allowCriticalAnswersAtSsh }: Elevating,
  request: ElevationRequest,
): boolean {
  return !isCritical(request, policy()) || allowCriticalAnswersAtSsh?.() === true;
}

/** Whether this person's same answer counts in how the request stands now. */
function saidBefore(
  { answers, state }: ElevationRequest,
  by: Principal,
  verdict: Answer['verdict'],
): boolean {
  if (!answers.some((answer) => answer.by === by.id && answer.verdict === verdict)) return false;
  return verdict === 'deny' ? state.kind === 'denied' : state.kind === 'pending' || state.kind === 'approved';
}

/** Takes the step on the request as it stands, anew as long as others move it in between; settled before it returns. */
export async function moved(
  elevating: Elevating,
  requestId: string,
  step: (request: ElevationRequest, now: number) => Promise<Step>,
): Promise<ElevationRequest | Refusal> {
  const { store } = elevating;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const [request, now] = await Promise.all([store.request(requestId), store.now()]);
    if (request === undefined) return refuse('unknown', `there is no request ${requestId}`);
    const taken = await step(request, now);
    if ('refused' in taken) return taken;
    if ('already' in taken) return taken.already;
    const stored = await put(elevating, taken);
    if (stored !== undefined) return stored;
  }
  return refuse('busy', 'others keep answering this request; try again');
}

/** Stores a move; undefined when somebody was faster. */
async function put(
  { store, settle }: Elevating,
  { next, events: drafts, grants, extension }: Move,
): Promise<ElevationRequest | Refusal | undefined> {
  if (extension !== undefined) {
    const { value, events } = await store.extendGrant(extension, next, drafts);
    await settle(events);
    if (value.kind === 'extended') return value.request;
    if (value.kind === 'moved') return undefined;
    return refuse('grant-ended', 'the grant has ended; an ended grant cannot be extended');
  }
  const { value, events } = await store.answerRequest(next, grants ?? [], drafts);
  await settle(events);
  if (value.kind === 'stored') return value.request;
  return value.kind === 'moved' ? undefined : refuse('unknown', `there is no request ${next.id}`);
}
