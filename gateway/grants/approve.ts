/** Approving: an approver agrees, as asked or narrower; the last one needed makes the grants. */
import type { Answer, ElevationRequest, Principal } from '../store/records.ts';
import type { EventDraft } from '../store/store.ts';
import { answered, isCritical, type Step } from './answering.ts';
import {
  missingPeople,
  narrowed,
  needsMetBy,
  nothingLeft,
  openNeeds,
  type ScopeTerms,
  termsOf,
  waitsForText,
} from './approval.ts';
import { checkText, refsFault } from './ask-checks.ts';
import { durationWords } from './duration-words.ts';
import type { Elevating } from './elevating.ts';
import {
  grantExtended,
  grantIssued,
  requestAnswered,
  requestApproved,
  type SaidAt,
} from './elevation-events.ts';
import { extended } from './extension.ts';
import { grantsOf } from './issue.ts';
import { allWithin } from './pattern.ts';
import type { Policy } from './policy.ts';
import { groupsStale, isRefusal, type Refusal, refuse } from './refusal.ts';

/** One person's agreement, as asked or narrower. */
export interface Approved {
  readonly requestId: string;
  readonly by: Principal;
  /** When the approver last proved themselves; undefined when nothing says so. */
  readonly authenticatedAt: number | undefined;
  readonly durationMs?: number;
  /** Narrows the pushes asked for: each pattern has to stay within a pattern that was asked. */
  readonly refs?: readonly string[];
  readonly comment?: string;
  /** Where it was said, when that was neither the page nor the API. */
  readonly door?: SaidAt;
}

/** How old a sign-in may be that approves a critical request (DESIGN: `critical`). */
const freshSignInMs = 300_000;

/** Agrees to a request. While others have to agree too it stays pending; with the last of them its grants start, now. */
export function approve(elevating: Elevating, approved: Approved): Promise<ElevationRequest | Refusal> {
  return answered(elevating, approved, 'approve', async (request, now) => {
    const { by, authenticatedAt, door } = approved;
    const policy = elevating.policy();
    const terms = termsOf(request.scopes, policy);
    if (terms === undefined)
      return refuse('not-in-policy', 'the policy no longer has a rule for what this request asks', {
        request,
      });
    const requester = await elevating.store.principal(request.principalId);
    if (requester === undefined || !mayStillAsk(requester, request, policy, now))
      return refuse('not-in-policy', 'the policy no longer lets the requester have what this request asks', {
        request,
      });
    const before = openNeeds(terms, request.answers);
    const { keys, isStale } = needsMetBy(by, terms, policy, now);
    if (keys.length === 0)
      return isStale
        ? groupsStale
        : refuse('not-an-approver', `this request waits for ${waitsForText(before) || 'nobody'}`, {
            request,
          });
    if (
      isCritical(request, policy) &&
      (authenticatedAt === undefined || now - authenticatedAt > freshSignInMs)
    )
      return refuse('sign-in-needed', 'this rule is critical: sign in again and approve within 5 minutes');

    const answer = answerOf(approved, request, keys, now);
    if (isRefusal(answer)) return answer;
    const answers = [...request.answers, answer];
    const open = openNeeds(terms, answers);
    if (before.length > 0 && missingPeople(open) >= missingPeople(before))
      return refuse('not-needed', `this request waits for ${waitsForText(before)}, not for you`, { request });
    // An answer that leaves nothing is refused while its giver is there to widen it, not when the last approver comes.
    const left = narrowed(request, terms, answers);
    const nothing = nothingLeft(left);
    if (nothing !== undefined) return nothing;

    const partly: ElevationRequest = { ...request, answers, version: request.version + 1 };
    const said = requestAnswered(request.id, answer, request.version, door);
    if (open.length > 0) return { next: partly, events: [said] };
    return await decided(elevating, partly, terms, said, now);
  });
}

/** All have agreed: the grants, or the new end of the grant that was to be extended. */
async function decided(
  elevating: Elevating,
  request: ElevationRequest,
  terms: readonly ScopeTerms[],
  said: EventDraft,
  now: number,
): Promise<Step> {
  const { hash } = elevating.policy();
  const { durationMs } = narrowed(request, terms, request.answers);
  const approved = (grantIds: readonly string[]): ElevationRequest => ({
    ...request,
    state: { kind: 'approved', at: now, grantIds },
  });
  if (request.extends !== undefined) {
    const held = await elevating.store.grant(request.extends);
    const extension = extended(held, request, terms, now);
    if (isRefusal(extension)) return extension;
    const next = approved([extension.id]);
    return {
      next,
      extension,
      events: [said, requestApproved(next, durationMs, false), grantExtended(extension, next, hash)],
    };
  }
  const grants = grantsOf(elevating, request, terms, now);
  if (isRefusal(grants)) return grants;
  const next = approved(grants.map(({ id }) => id));
  const issued = grants.map((grant) => grantIssued(grant, hash));
  return { next, grants, events: [said, requestApproved(next, durationMs, false), ...issued] };
}

/** Groups that merely grew old since the request was made speak for its requester still. */
function mayStillAsk(
  requester: Principal,
  { scopes }: ElevationRequest,
  policy: Policy,
  now: number,
): boolean {
  return scopes.every(
    ({ repository, right }) => policy.mayAsk(requester, repository, right, now).kind !== 'not-in-policy',
  );
}

/** The answer as it is kept, once it is found to narrow what was asked and not to widen it. */
function answerOf(
  { by, durationMs, refs, comment }: Approved,
  request: ElevationRequest,
  meets: readonly string[],
  now: number,
): Answer | Refusal {
  const wider = widerDuration(request, durationMs) ?? widerRefs(request, refs);
  if (wider !== undefined) return wider;
  const said = comment === undefined || comment.trim() === '' ? undefined : checkText('the comment', comment);
  if (said !== undefined && isRefusal(said)) return said;
  return {
    by: by.id,
    at: now,
    verdict: 'approve',
    meets,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(refs === undefined ? {} : { refs }),
    ...(said === undefined ? {} : { comment: said.text }),
  };
}

function widerDuration(request: ElevationRequest, durationMs: number | undefined): Refusal | undefined {
  if (durationMs === undefined) return undefined;
  if (!Number.isSafeInteger(durationMs) || durationMs < 1_000)
    return refuse('bad-duration', `duration ${durationWords(durationMs)} is under 1 s`);
  if (durationMs <= request.durationMs) return undefined;
  const asked = durationWords(request.durationMs);
  return refuse('too-wide', `${durationWords(durationMs)} is longer than was asked, which is ${asked}`);
}

function widerRefs(request: ElevationRequest, refs: readonly string[] | undefined): Refusal | undefined {
  if (refs === undefined) return undefined;
  if (request.extends !== undefined)
    return refuse('bad-scopes', 'an extension moves the end alone; the refs stay as they were granted');
  const fault = refsFault(refs);
  if (fault !== undefined) return refuse('bad-scopes', fault);
  const pushes = request.scopes.filter(({ right }) => right === 'push');
  if (pushes.length === 0) return refuse('bad-scopes', 'refs narrow a push, and this request asks for none');
  const beyond = refs.filter((ref) => !pushes.some((scope) => allWithin([ref], scope.refs)));
  if (beyond.length === 0) return undefined;
  const asked = [...new Set(pushes.flatMap((scope) => scope.refs))];
  return refuse('too-wide', `${beyond.join(', ')} is beyond what was asked, which is ${asked.join(', ')}`);
}
