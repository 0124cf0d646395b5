/** What a decision looked at: the part of a standing that can matter to one ask, as the audit keeps it for replay. */

import { isOn } from '../store/lock-stops.ts';
import type { Lock, Right, Standing, StandingGrant } from '../store/records.ts';

/** Holds all of a `Standing`, so that replay can decide again from it: `decide(ask, basis, basis.now)`. */
export interface Basis extends Standing {
  /** The `decideVersion` that decided. */
  readonly decidedBy: number;
}

/**
 * Keeps of a standing what can matter to the ask: the locks that are on it, the grants of its principal and repository that have not ended,
 * and of the ended ones the last of each right. Deciding again from the answer gives the same answer, and a day of
 * short grants does not swell every entry. Both lists come in a fixed order, whatever order the store answered in.
 */
export function considered(
  ask: { readonly principalId: string; readonly repository: string; readonly right: Right },
  standing: Standing,
  now: number,
  decidedBy: number,
): Basis {
  const ours = standing.grants
    .filter(({ grant }) => grant.principalId === ask.principalId && grant.scope.repository === ask.repository)
    .toSorted((a, b) => (a.grant.id < b.grant.id ? -1 : 1));
  const standingNow = ours.filter((held) => !hasEnded(held, now));
  const ended = (['fetch', 'push'] as const).flatMap((right) => lastEnded(ours, right, now));
  const locks = standing.locks.filter((lock) => isOn(lock, ask)).toSorted(lastToLiftFirst);
  return { decidedBy, seq: standing.seq, now, grants: [...standingNow, ...ended], locks };
}

function hasEnded({ grant, state }: StandingGrant, now: number): boolean {
  return state.kind === 'expired' || state.kind === 'revoked' || grant.endsAt <= now;
}

function lastEnded(grants: readonly StandingGrant[], right: Right, now: number): readonly StandingGrant[] {
  const endedAt = ({ grant, state }: StandingGrant): number =>
    state.kind === 'revoked' ? state.at : grant.endsAt;
  return grants
    .filter((held) => held.grant.scope.right === right && hasEnded(held, now))
    .toSorted((a, b) => endedAt(b) - endedAt(a))
    .slice(0, 1);
}

function lastToLiftFirst(a: Lock, b: Lock): number {
  const until = (lock: Lock): number => lock.until ?? Number.MAX_SAFE_INTEGER;
  return until(b) - until(a) || (a.id < b.id ? -1 : 1);
}
