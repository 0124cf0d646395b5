/** A verb's refusal as a problem: which status it has, and who was faster. */
import type { Refusal, RefusalCode } from '../../gateway/grants/refusal.ts';
import type { ElevationRequest } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { groupsStale, Problem } from '../problem.ts';
import { findPeople } from '../views/people.ts';

/** 401 is never among them: the caller is known. */
const statuses: Readonly<Record<RefusalCode, number>> = {
  'bad-scopes': 400,
  'bad-duration': 400,
  'bad-reason': 400,
  'bad-comment': 400,
  'bad-lock': 400,
  'too-wide': 400,
  'not-in-policy': 403,
  'groups-stale': 403,
  'sign-in-needed': 403,
  'page-only': 403,
  unknown: 404,
  'own-request': 403,
  'not-an-approver': 403,
  'not-yours': 403,
  'role-missing': 403,
  'not-needed': 409,
  'already-decided': 409,
  'too-late': 409,
  'grant-ended': 409,
  'too-many': 429,
  'not-automatic': 403,
  busy: 409,
};

/** Makes the problem; a decided request names who decided (case J4). `returnTo` is the page a younger sign-in leads back to. */
export async function problemOfRefusal(
  refusal: Refusal,
  store: Pick<Store, 'principals'>,
  returnTo: string,
): Promise<Problem> {
  const { refused, text, request } = refusal;
  if (refused === 'groups-stale') return groupsStale();
  const decided = request === undefined ? undefined : decision(request);
  const { person } = await findPeople(store, decided?.by === undefined ? [] : [decided.by]);
  return new Problem(statuses[refused], refused === 'unknown' ? 'not-found' : refused, text, {
    ...(request === undefined ? {} : { state: request.state.kind }),
    ...(decided === undefined ? {} : { decidedAt: decided.at }),
    ...(decided?.by === undefined ? {} : { decidedBy: person(decided.by) }),
    ...(refused === 'sign-in-needed'
      ? { signIn: `/login?fresh=1&returnTo=${encodeURIComponent(returnTo)}` }
      : {}),
    ...(refused === 'busy' || refused === 'too-many'
      ? { retryAfterSeconds: refused === 'busy' ? 1 : 60 }
      : {}),
  });
}

function decision({
  state,
  answers,
  principalId,
}: ElevationRequest): { at: number; by?: string } | undefined {
  switch (state.kind) {
    case 'pending':
      return undefined;
    case 'approved': {
      const last = answers.findLast(({ verdict }) => verdict === 'approve');
      return last === undefined ? { at: state.at } : { at: state.at, by: last.by };
    }
    case 'denied':
      return { at: state.at, by: state.by };
    case 'withdrawn':
      return { at: state.at, by: principalId };
    case 'lapsed':
      return { at: state.at };
  }
}
