/** What changes to requests, grants and running operations say of themselves in the audit: whole enough that replay rebuilds the state from them. */
import type { Answer, ElevationRequest, Grant, RunningOperation } from '../store/records.ts';
import type { EventDraft } from '../store/store.ts';

/** Where something was said, when that was neither the page nor the API. */
export type SaidAt = 'ssh' | undefined;

/** `request.created`, under the rule or rules named. */
export function requestCreated(request: ElevationRequest, rule: string, door?: SaidAt): EventDraft {
  const { id, principalId, scopes, durationMs, reason, createdAt, decideBy, critical, version } = request;
  const of = request.extends === undefined ? {} : { extends: request.extends };
  return {
    type: 'request.created',
    body: {
      requestId: id,
      principalId,
      scopes,
      durationMs,
      reason,
      createdAt,
      decideBy,
      critical,
      version,
      rule,
      ...of,
      ...at(door),
    },
  };
}

/** `request.answered`: one person's word, whether it decided the request or not; `version` is the one they saw. */
export function requestAnswered(
  requestId: string,
  answer: Answer,
  version: number,
  door?: SaidAt,
): EventDraft {
  const { by, verdict, durationMs, refs, comment, meets } = answer;
  return {
    type: 'request.answered',
    body: { requestId, by, verdict, version, ...defined({ durationMs, refs, comment, meets, door }) },
  };
}

/** `request.approved`; `durationMs` is what was granted, which may be less than was asked. */
export function requestApproved(
  request: ElevationRequest,
  durationMs: number,
  automatic: boolean,
): EventDraft {
  const { id, principalId, answers, state, version } = request;
  return {
    type: 'request.approved',
    body: {
      requestId: id,
      principalId,
      approvers: answers.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by),
      automatic,
      durationMs,
      grantIds: state.kind === 'approved' ? state.grantIds : [],
      version,
    },
  };
}

/** `request.denied`. */
export function requestDenied(
  request: ElevationRequest,
  by: string,
  comment: string,
  door?: SaidAt,
): EventDraft {
  const { id, principalId, version } = request;
  return { type: 'request.denied', body: { requestId: id, principalId, by, comment, version, ...at(door) } };
}

/** `request.withdrawn`. */
export function requestWithdrawn({ id, principalId, version }: ElevationRequest): EventDraft {
  return { type: 'request.withdrawn', body: { requestId: id, principalId, version } };
}

/** `request.attempted`: an answer that moved nothing; `outcome` is the refusal's code or `repeated`. */
export function requestAttempted(
  requestId: string,
  by: string,
  verdict: Answer['verdict'],
  outcome: string,
  door?: SaidAt,
): EventDraft {
  return { type: 'request.attempted', body: { requestId, by, verdict, outcome, ...at(door) } };
}

/** `grant.issued`: the whole grant and the hash of the policy it was issued under. */
export function grantIssued(grant: Grant, policy: string): EventDraft {
  const { id, ...rest } = grant;
  return { type: 'grant.issued', body: { grantId: id, ...rest, policy } };
}

/** `grant.extended`: the new end, who agreed to it, and the hash of the policy they did under. */
export function grantExtended(grant: Grant, request: ElevationRequest, policy: string): EventDraft {
  const { id, principalId, endsAt, version } = grant;
  const approvers = request.answers.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by);
  return {
    type: 'grant.extended',
    body: { grantId: id, requestId: request.id, principalId, endsAt, version, approvers, policy },
  };
}

/** `grant.revoked`. */
export function grantRevoked(
  { id, principalId, requestId }: Grant,
  by: string,
  reason: string,
  door?: SaidAt,
): EventDraft {
  return { type: 'grant.revoked', body: { grantId: id, principalId, requestId, by, reason, ...at(door) } };
}

/** `operation.cut-ordered`: what came of it is in the operation's own entries. */
export function cutOrdered(
  { id, principalId, repository }: RunningOperation,
  by: string,
  reason: string,
): EventDraft {
  return { type: 'operation.cut-ordered', body: { operationId: id, principalId, repository, by, reason } };
}

function at(door: SaidAt): { door?: 'ssh' } {
  return door === undefined ? {} : { door };
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
