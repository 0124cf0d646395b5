/** What changes to requests and grants say of themselves in the audit: whole enough that replay rebuilds the state from them. */
import type { Answer, ElevationRequest, Grant } from '../store/records.ts';
import type { EventDraft } from '../store/store.ts';

export function requestCreated(request: ElevationRequest, rule: string): EventDraft {
  const { id, principalId, scopes, durationMs, reason, decideBy, critical } = request;
  return {
    type: 'request.created',
    body: {
      requestId: id,
      principalId,
      scopes,
      durationMs,
      reason,
      decideBy,
      critical,
      rule,
      ...(request.extends === undefined ? {} : { extends: request.extends }),
    },
  };
}

export function requestAnswered(requestId: string, answer: Answer, version: number): EventDraft {
  const { by, verdict, durationMs, refs, comment } = answer;
  return {
    type: 'request.answered',
    body: { requestId, by, verdict, version, ...defined({ durationMs, refs, comment }) },
  };
}

export function requestApproved(request: ElevationRequest, automatic: boolean): EventDraft {
  const { id, principalId, answers, state } = request;
  return {
    type: 'request.approved',
    body: {
      requestId: id,
      principalId,
      approvers: answers.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by),
      automatic,
      grantIds: state.kind === 'approved' ? state.grantIds : [],
    },
  };
}

export function requestDenied(request: ElevationRequest, by: string, comment: string): EventDraft {
  return {
    type: 'request.denied',
    body: { requestId: request.id, principalId: request.principalId, by, comment },
  };
}

export function requestWithdrawn({ id, principalId }: ElevationRequest): EventDraft {
  return { type: 'request.withdrawn', body: { requestId: id, principalId } };
}

export function grantIssued(grant: Grant, policy: string): EventDraft {
  const { id, ...rest } = grant;
  return { type: 'grant.issued', body: { grantId: id, ...rest, policy } };
}

export function grantExtended(grant: Grant, request: ElevationRequest): EventDraft {
  const { id, principalId, endsAt, version } = grant;
  const approvers = request.answers.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by);
  return {
    type: 'grant.extended',
    body: { grantId: id, requestId: request.id, principalId, endsAt, version, approvers },
  };
}

export function grantRevoked({ id, principalId, requestId }: Grant, by: string, reason: string): EventDraft {
  return { type: 'grant.revoked', body: { grantId: id, principalId, requestId, by, reason } };
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
