/** What those hear who come after the decision: who decided, and when. */
import type { ElevationRequest } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { oneLine } from './one-line.ts';
import { type Refusal, refuse } from './refusal.ts';
import { timeText } from './time-text.ts';

/** The time to decide is over; a grant of no length is never made of it (case J3). */
export function tooLate(request: ElevationRequest, now: number): Refusal {
  const ended = timeText(request.decideBy, now);
  return refuse('too-late', `the time to decide ${request.id} ended at ${ended}; it can be asked again`, {
    request,
  });
}

/** The loser of a race is told who decided, when (case J4); for a pending request, that others keep moving it. */
export async function alreadyDecided(
  store: Pick<Store, 'principal'>,
  request: ElevationRequest,
  now: number,
): Promise<Refusal> {
  const { id, state, answers } = request;
  const decided = (text: string): Refusal => refuse('already-decided', `${id} was ${text}`, { request });
  switch (state.kind) {
    case 'pending':
      return refuse('busy', 'others keep answering this request; try again', { request });
    case 'lapsed':
      return tooLate(request, now);
    case 'withdrawn':
      return decided(`withdrawn at ${timeText(state.at, now)}`);
    case 'denied':
      return decided(`denied by ${await nameOf(store, state.by)} at ${timeText(state.at, now)}`);
    case 'approved': {
      const last = answers.findLast(({ verdict }) => verdict === 'approve');
      const by = last === undefined ? 'the policy' : await nameOf(store, last.by);
      return decided(`approved by ${by} at ${timeText(state.at, now)}; what it granted can be revoked`);
    }
  }
}

async function nameOf(store: Pick<Store, 'principal'>, id: string): Promise<string> {
  const person = await store.principal(id);
  return oneLine(person?.name ?? person?.email ?? id, 100);
}
