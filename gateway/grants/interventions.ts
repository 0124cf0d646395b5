/** What an admin does to running and coming operations, bound to what it works with: the one way for API and command line. */
import { type CutAsked, type CutDone, cut } from './cut.ts';
import type { Elevating } from './elevating.ts';
import { type LiftAsked, type LockAsked, type LockLifted, type LockStands, lift, lock } from './lock.ts';
import type { Refusal } from './refusal.ts';

/** A refusal is a value; a rejection is something that broke. */
export interface Interventions {
  lock(asked: LockAsked): Promise<LockStands | Refusal>;
  lift(asked: LiftAsked): Promise<LockLifted | Refusal>;
  cut(asked: CutAsked): Promise<CutDone | Refusal>;
}

/** Binds the verbs. */
export function createInterventions(elevating: Elevating): Interventions {
  return {
    lock: (asked) => lock(elevating, asked),
    lift: (asked) => lift(elevating, asked),
    cut: (asked) => cut(elevating, asked),
  };
}
