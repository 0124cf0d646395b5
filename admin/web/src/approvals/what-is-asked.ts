/** What a request comes to after the answers so far: of all who narrowed it, the narrowest holds. */
import type { ElevationRequest } from '../api/shapes.ts';

/** How long it would be granted for now, in ms. */
export function spanLeft({ durationMs, answers }: Pick<ElevationRequest, 'durationMs' | 'answers'>): number {
  return Math.min(
    durationMs,
    ...answers.flatMap((answer) => (answer.verdict === 'approve' ? (answer.durationMs ?? []) : [])),
  );
}

/** `push to`, `fetch`: the right as a verb before the repository's name. */
export function verb(right: 'fetch' | 'push'): string {
  return right === 'push' ? 'push to' : 'fetch';
}

/** Approving a critical request needs a sign-in younger than this. */
const freshMs = 5 * 60_000;
/** Time that reading and pressing takes. */
const pressMs = 10_000;

/** Whether the viewer has to sign in again before approving; undefined times count as long ago. */
export function needsFreshSignIn(
  request: Pick<ElevationRequest, 'may'>,
  authenticatedAt: number | undefined,
  now: number,
): boolean {
  return request.may.freshSignIn && now - (authenticatedAt ?? 0) > freshMs - pressMs;
}
