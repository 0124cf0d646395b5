/** Denying: one approver's no ends a request. */
import type { Answer, ElevationRequest, Principal } from '../store/records.ts';
import { answered } from './answering.ts';
import { needsMetBy, termsOf } from './approval.ts';
import { checkText } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { requestAnswered, requestDenied, type SaidAt } from './elevation-events.ts';
import { groupsStale, isRefusal, type Refusal, refuse } from './refusal.ts';

/** One person's no, with the words the requester reads. */
export interface Denied {
  readonly requestId: string;
  readonly by: Principal;
  readonly comment: string;
  /** Where it was said, when that was neither the page nor the API. */
  readonly door?: SaidAt;
}

/** Denies a pending request, for good; open to everybody whose agreement any of its rules counts. */
export async function deny(
  elevating: Elevating,
  { requestId, by, comment, door }: Denied,
): Promise<ElevationRequest | Refusal> {
  const checked = checkText('the comment', comment);
  if (isRefusal(checked)) return checked;
  return await answered(elevating, { requestId, by, door }, 'deny', async (request, now) => {
    const policy = elevating.policy();
    const terms = termsOf(request.scopes, policy);
    const speaks = terms === undefined ? undefined : needsMetBy(by, terms, policy, now);
    // What the policy no longer has may be cleared away by anybody who approves at all.
    const mayClear = terms === undefined && policy.rolesOf(by, now).held.has('approver');
    if (!mayClear && (speaks === undefined || speaks.keys.length === 0))
      return speaks?.isStale === true
        ? groupsStale
        : refuse('not-an-approver', 'this request is not yours to answer', { request });
    const answer: Answer = { by: by.id, at: now, verdict: 'deny', comment: checked.text };
    const next: ElevationRequest = {
      ...request,
      answers: [...request.answers, answer],
      state: { kind: 'denied', at: now, by: by.id, comment: checked.text },
      version: request.version + 1,
    };
    const said = requestAnswered(request.id, answer, request.version, door);
    return { next, events: [said, requestDenied(next, by.id, checked.text, door)] };
  });
}
