/** Answering: an approver agrees, as asked or narrower, or says no; the last one needed makes the grants. */
import type { Answer, ElevationRequest, Principal, StandingGrant } from '../store/records.ts';
import type { EventDraft } from '../store/store.ts';
import { missingPeople, needsMetBy, openNeeds, type ScopeTerms, termsOf, waitsForText } from './approval.ts';
import { checkText, refsFault } from './ask-checks.ts';
import { durationWords } from './duration-words.ts';
import type { Elevating } from './elevating.ts';
import {
  grantExtended,
  grantIssued,
  requestAnswered,
  requestApproved,
  requestDenied,
  requestWithdrawn,
} from './elevation-events.ts';
import { extended } from './extension.ts';
import { grantsOf } from './issue.ts';
import { allWithin } from './pattern.ts';
import type { Policy } from './policy.ts';
import { groupsStale, isRefusal, type Refusal, refuse } from './refusal.ts';
import { timeText } from './time-text.ts';

export interface Approved {
  readonly requestId: string;
  readonly by: Principal;
  /** When the approver last proved themselves; undefined when nothing says so. */
  readonly authenticatedAt: number | undefined;
  readonly durationMs?: number;
  readonly refs?: readonly string[];
  readonly comment?: string;
}

export interface Denied {
  readonly requestId: string;
  readonly by: Principal;
  readonly comment: string;
}

/** How old a sign-in may be that approves a critical request. */
const freshSignInMs = 300_000;
/** How often an answer is tried again when another one moved the request meanwhile. */
const tries = 20;

export function approve(elevating: Elevating, approved: Approved): Promise<ElevationRequest | Refusal> {
  return answered(elevating, approved.requestId, approved.by, 'approve', async (request, now) => {
    const { by, authenticatedAt, durationMs, refs } = approved;
    const terms = termsOf(request.scopes, elevating.policy());
    if (terms === undefined)
      return refuse('not-in-policy', 'the policy no longer has a rule for what this request asks', {
        request,
      });
    const requester = await elevating.store.principal(request.principalId);
    if (requester === undefined || !mayStillAsk(requester, request, elevating.policy(), now))
      return refuse('not-in-policy', 'the policy no longer lets the requester have what this request asks', {
        request,
      });
    const speaks = needsMetBy(by, terms, elevating.policy(), now);
    if (speaks.keys.length === 0)
      return speaks.isStale
        ? groupsStale
        : refuse('not-an-approver', `this request waits for ${waitsFor(request, terms)}`);
    if (request.critical && (authenticatedAt === undefined || now - authenticatedAt > freshSignInMs))
      return refuse('sign-in-needed', 'this rule is critical: sign in again and approve within 5 minutes');
    const wider = widerThanAsked(request, durationMs, refs);
    if (wider !== undefined) return wider;
    const comment =
      approved.comment === undefined || approved.comment.trim() === ''
        ? undefined
        : checkText('the comment', approved.comment);
    if (comment !== undefined && isRefusal(comment)) return comment;

    const answer: Answer = {
      by: by.id,
      at: now,
      verdict: 'approve',
      meets: speaks.keys,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(refs === undefined ? {} : { refs }),
      ...(comment === undefined ? {} : { comment: comment.text }),
    };
    const before = openNeeds(terms, request.answers);
    const answers = [...request.answers, answer];
    const open = openNeeds(terms, answers);
    if (missingPeople(open) >= missingPeople(before))
      return refuse('not-needed', `this request waits for ${waitsForText(before)}, not for you`, { request });
    const version = request.version + 1;
    const partly: ElevationRequest = { ...request, answers, version };
    const said = requestAnswered(request.id, answer, request.version);
    if (open.length > 0) return { next: partly, events: [said] };
    return await decided(elevating, partly, terms, said, now);
  });
}

export async function deny(
  elevating: Elevating,
  { requestId, by, comment }: Denied,
): Promise<ElevationRequest | Refusal> {
  const checked = checkText('the comment', comment);
  if (isRefusal(checked)) return checked;
  return await answered(elevating, requestId, by, 'deny', async (request, now) => {
    const policy = elevating.policy();
    const terms = termsOf(request.scopes, policy);
    const speaks = terms === undefined ? undefined : needsMetBy(by, terms, policy, now);
    // What the policy no longer has may be cleared away by anybody who approves at all.
    const mayClear = terms === undefined && policy.rolesOf(by, now).held.has('approver');
    if (!mayClear && (speaks === undefined || speaks.keys.length === 0))
      return speaks?.isStale === true
        ? groupsStale
        : refuse('not-an-approver', 'this request is not yours to answer');
    const answer: Answer = { by: by.id, at: now, verdict: 'deny', comment: checked.text };
    const next: ElevationRequest = {
      ...request,
      answers: [...request.answers, answer],
      state: { kind: 'denied', at: now, by: by.id, comment: checked.text },
      version: request.version + 1,
    };
    return {
      next,
      events: [
        requestAnswered(request.id, answer, request.version),
        requestDenied(next, by.id, checked.text),
      ],
    };
  });
}

/** The requester takes it back. */
export async function withdraw(
  elevating: Elevating,
  { requestId, by }: { readonly requestId: string; readonly by: Principal },
): Promise<ElevationRequest | Refusal> {
  return await moved(elevating, requestId, async (request, now) => {
    if (request.principalId !== by.id) return refuse('not-yours', 'only who asked may withdraw a request');
    if (request.state.kind === 'withdrawn') return { already: request };
    if (request.state.kind !== 'pending') return alreadyDecided(elevating, request, now);
    const next: ElevationRequest = {
      ...request,
      state: { kind: 'withdrawn', at: now },
      version: request.version + 1,
    };
    return { next, events: [requestWithdrawn(next)] };
  });
}

/** What a verb makes of a request as it stands: its next state, the same when the verb had been done before, or no. */
type Step =
  | {
      readonly next: ElevationRequest;
      readonly events: readonly EventDraft[];
      readonly grants?: Parameters<Elevating['store']['answerRequest']>[1];
      readonly extension?: StandingGrant['grant'];
    }
  | { readonly already: ElevationRequest }
  | Refusal;

/** Rules that hold for every answer, whichever it is. */
function answered(
  elevating: Elevating,
  requestId: string,
  by: Principal,
  verdict: Answer['verdict'],
  step: (request: ElevationRequest, now: number) => Promise<Step>,
): Promise<ElevationRequest | Refusal> {
  return moved(elevating, requestId, async (request, now) => {
    if (request.principalId === by.id)
      return refuse('own-request', 'nobody answers their own request; somebody else has to', { request });
    const own = request.answers.find((answer) => answer.by === by.id);
    // An answer whose reply was lost is sent again: the same person and verdict change nothing and get what stands.
    if (own?.verdict === verdict) return { already: request };
    if (request.state.kind !== 'pending') return alreadyDecided(elevating, request, now);
    if (now >= request.decideBy) return tooLate(request, now);
    return await step(request, now);
  });
}

/** Compare and set: the step is taken anew on what stands as long as others move the request in between. */
async function moved(
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
    if (taken.extension !== undefined) {
      const { value, events } = await store.extendGrant(taken.extension, taken.next, taken.events);
      await elevating.settle(events);
      if (value.kind === 'extended') return value.request;
      if (value.kind === 'unknown')
        return refuse('grant-ended', 'the grant has ended; an ended grant cannot be extended');
      continue;
    }
    const { value, events } = await store.answerRequest(taken.next, taken.grants ?? [], taken.events);
    await elevating.settle(events);
    if (value.kind === 'stored') return value.request;
    if (value.kind === 'unknown') return refuse('unknown', `there is no request ${requestId}`);
    if (value.request.state.kind === 'lapsed') return tooLate(value.request, now);
  }
  return refuse('busy', 'others keep answering this request; try again');
}

/** All have agreed: the grants, or the new end of the grant that was to be extended. */
async function decided(
  elevating: Elevating,
  request: ElevationRequest,
  terms: readonly ScopeTerms[],
  said: EventDraft,
  now: number,
): Promise<Step> {
  if (request.extends !== undefined) {
    const held = await elevating.store.grant(request.extends);
    const moved = extended(held, request, terms, now);
    if (isRefusal(moved)) return moved;
    const next: ElevationRequest = { ...request, state: { kind: 'approved', at: now, grantIds: [moved.id] } };
    return {
      next,
      extension: moved,
      events: [said, requestApproved(next, false), grantExtended(moved, next)],
    };
  }
  const grants = grantsOf(elevating, request, terms, now);
  if (isRefusal(grants)) return grants;
  const next: ElevationRequest = {
    ...request,
    state: { kind: 'approved', at: now, grantIds: grants.map(({ id }) => id) },
  };
  const { hash } = elevating.policy();
  return {
    next,
    grants,
    events: [said, requestApproved(next, false), ...grants.map((grant) => grantIssued(grant, hash))],
  };
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

/** An approver may narrow what was asked and never widen it. */
function widerThanAsked(
  request: ElevationRequest,
  durationMs: number | undefined,
  refs: readonly string[] | undefined,
): Refusal | undefined {
  if (durationMs !== undefined && (!Number.isSafeInteger(durationMs) || durationMs < 1_000))
    return refuse('bad-duration', `duration ${durationWords(durationMs)} is under 1 s`);
  if (durationMs !== undefined && durationMs > request.durationMs)
    return refuse(
      'too-wide',
      `${durationWords(durationMs)} is longer than was asked, which is ${durationWords(request.durationMs)}`,
    );
  if (refs === undefined) return undefined;
  const fault = refsFault(refs);
  if (fault !== undefined) return refuse('bad-scopes', fault);
  const pushes = request.scopes.filter(({ right }) => right === 'push');
  if (pushes.length === 0) return refuse('bad-scopes', 'refs narrow a push, and this request asks for none');
  const beyond = refs.filter((ref) => !pushes.some((scope) => allWithin([ref], scope.refs)));
  return beyond.length === 0
    ? undefined
    : refuse('too-wide', `${beyond.join(', ')} is beyond what was asked`);
}

function waitsFor(request: ElevationRequest, terms: readonly ScopeTerms[]): string {
  return waitsForText(openNeeds(terms, request.answers));
}

function tooLate(request: ElevationRequest, now: number): Refusal {
  return refuse(
    'too-late',
    `the time to decide ${request.id} ended at ${timeText(request.decideBy, now)}; it can be asked again`,
    { request },
  );
}

/** The loser of a race is told who decided, when. */
async function alreadyDecided(
  elevating: Elevating,
  request: ElevationRequest,
  now: number,
): Promise<Refusal> {
  const { state } = request;
  switch (state.kind) {
    case 'lapsed':
      return tooLate(request, now);
    case 'withdrawn':
      return refuse('already-decided', `${request.id} was withdrawn at ${timeText(state.at, now)}`, {
        request,
      });
    case 'denied':
      return refuse(
        'already-decided',
        `${request.id} was denied by ${await nameOf(elevating, state.by)} at ${timeText(state.at, now)}`,
        { request },
      );
    case 'approved': {
      const last = request.answers.at(-1);
      const by = last === undefined ? 'the policy' : await nameOf(elevating, last.by);
      return refuse(
        'already-decided',
        `${request.id} was approved by ${by} at ${timeText(state.at, now)}; what it granted can be revoked`,
        {
          request,
        },
      );
    }
    case 'pending':
      return refuse('busy', 'others keep answering this request; try again', { request });
  }
}

async function nameOf({ store }: Elevating, id: string): Promise<string> {
  const person = await store.principal(id);
  return person?.name ?? person?.email ?? id;
}
