/** Elevation requests as one caller sees them. */
import { formatDuration } from '../../config/quantities.ts';
import { narrowed, needsMetBy, openNeeds, termsOf, waitsForText } from '../../gateway/grants/approval.ts';
import type { Policy } from '../../gateway/grants/policy.ts';
import type { ElevationRequest, Grant, Principal } from '../../gateway/store/records.ts';
import type { RequestView } from '../schemas/requests.ts';
import { viewAnswerers } from './answerers.ts';
import type { FindPerson } from './people.ts';

/** What a view of a request is made with. */
export interface RequestViewing {
  readonly viewer: Principal;
  readonly person: FindPerson;
  readonly policy: Policy;
  readonly publicUrl: string;
  /** The store's time. */
  readonly now: number;
  /** When what was granted ends, where known. */
  readonly endsAt?: number | undefined;
  /** The grant an extension asks for, where known. */
  readonly extended?: Pick<Grant, 'endsAt' | 'latestEndsAt'> | undefined;
  /** Read where `tellsWhoWasSeen`. */
  readonly seen?: readonly Principal[] | undefined;
}

/** Whether the view tells the viewer who can answer it: who asked, as long as it waits. */
export function tellsWhoWasSeen({ principalId, state }: ElevationRequest, viewer: Principal): boolean {
  return principalId === viewer.id && state.kind === 'pending';
}

/** Everybody a request names. */
export function peopleOf(request: ElevationRequest): readonly string[] {
  return [request.principalId, ...request.answers.map(({ by }) => by)];
}

/** Makes the view. */
export function viewRequest(request: ElevationRequest, viewing: RequestViewing): RequestView {
  const { viewer, person, policy, publicUrl, now, endsAt, seen } = viewing;
  const isPending = request.state.kind === 'pending';
  const terms = termsOf(request.scopes, policy);
  const open = isPending && terms !== undefined ? openNeeds(terms, request.answers) : [];
  const lately =
    seen !== undefined && tellsWhoWasSeen(request, viewer) ? { people: seen, policy, now } : undefined;
  return {
    id: request.id,
    state: request.state.kind,
    principal: person(request.principalId),
    scopes: request.scopes.map((scope) => ({ ...scope, refs: [...scope.refs], kinds: [...scope.kinds] })),
    durationMs: request.durationMs,
    duration: formatDuration(request.durationMs),
    reason: request.reason,
    critical: request.critical,
    createdAt: request.createdAt,
    decideBy: request.decideBy,
    ...(isPending ? endIfApproved(request, viewing) : {}),
    ...(request.extends === undefined ? {} : { extends: request.extends }),
    answers: request.answers.map(({ by, at, verdict, durationMs, refs, comment }) => ({
      by: person(by),
      at,
      verdict,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(refs === undefined ? {} : { refs: [...refs] }),
      ...(comment === undefined ? {} : { comment }),
    })),
    waitsFor: open.map(({ need, missing }) => viewAnswerers(need, missing, lately, peopleOf(request))),
    ...(open.length === 0 ? {} : { waitsForText: waitsForText(open) }),
    ...decision(request, person),
    ...(endsAt === undefined ? {} : { endsAt }),
    grantIds: request.state.kind === 'approved' ? [...request.state.grantIds] : [],
    version: request.version,
    may: whatMay(request, viewer, policy, now),
    link: `${publicUrl}/a/${request.id}`,
  };
}

/** What approving it as it stands would give: what the answers so far and today's rules leave, within the longest life. */
function endIfApproved(
  request: ElevationRequest,
  { policy, now, extended }: RequestViewing,
): Pick<RequestView, 'endsAtIfApprovedNow'> {
  const terms = termsOf(request.scopes, policy);
  if (terms === undefined) return {};
  const { durationMs } = narrowed(request, terms, request.answers);
  if (request.extends === undefined) return { endsAtIfApprovedNow: now + durationMs };
  if (extended === undefined) return {};
  return { endsAtIfApprovedNow: Math.min(extended.endsAt + durationMs, extended.latestEndsAt) };
}

function decision(
  { state, answers }: ElevationRequest,
  person: FindPerson,
): Pick<RequestView, 'decidedAt' | 'decidedBy' | 'comment'> {
  switch (state.kind) {
    case 'pending':
      return {};
    case 'approved': {
      const last = answers.findLast(({ verdict }) => verdict === 'approve');
      const comment = last?.comment;
      return {
        decidedAt: state.at,
        ...(last === undefined ? {} : { decidedBy: person(last.by) }),
        ...(comment === undefined ? {} : { comment }),
      };
    }
    case 'denied':
      return { decidedAt: state.at, decidedBy: person(state.by), comment: state.comment };
    case 'withdrawn':
    case 'lapsed':
      return { decidedAt: state.at };
  }
}

/** Whether it waits for this viewer's answer now. */
export function mayAnswer(
  request: ElevationRequest,
  viewer: Principal,
  policy: Policy,
  now: number,
): boolean {
  return whatMay(request, viewer, policy, now).answer;
}

function whatMay(
  request: ElevationRequest,
  viewer: Principal,
  policy: Policy,
  now: number,
): RequestView['may'] {
  const isOwn = request.principalId === viewer.id;
  const isPending = request.state.kind === 'pending';
  const freshSignIn = request.critical;
  const no = (why?: string): RequestView['may'] => ({
    answer: false,
    withdraw: isOwn && isPending,
    freshSignIn,
    ...(why === undefined ? {} : { why }),
  });
  if (!isPending) return no();
  if (isOwn) return no('this is your own request; somebody else has to answer it');
  const terms = termsOf(request.scopes, policy);
  if (terms === undefined) return no('the policy no longer has a rule for what is asked');
  const { keys, isStale } = needsMetBy(viewer, terms, policy, now);
  if (keys.length === 0) {
    return no(
      isStale ? 'your groups were last confirmed too long ago; sign in again' : 'others have to answer it',
    );
  }
  if (request.answers.some(({ by, verdict }) => by === viewer.id && verdict === 'approve')) {
    return no('you have agreed; it waits for others');
  }
  return { answer: true, withdraw: false, freshSignIn };
}
