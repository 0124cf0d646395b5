/** Cutting one operation: an admin ends a transfer on whatever node it runs; its grants stay. */
import type { OperationState, Principal, RunningOperation } from '../store/records.ts';
import { unlessAdmin } from './admin-only.ts';
import type { Aftermath } from './aftermath.ts';
import { checkText } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { cutOrdered } from './elevation-events.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

/** Which operation ends, by whom, and why. */
export interface CutAsked {
  /** As its caller has just found it on the books. */
  readonly operation: RunningOperation;
  readonly by: Principal;
  readonly reason: string;
}

/** The operation as it stood at the order, and what became of it. */
export interface CutDone {
  readonly operation: OperationState;
  readonly running: Aftermath;
  /** The order's entry is durable; otherwise it is in force all the same, and recorded later. */
  readonly recorded: boolean;
}

/** Orders the cut and waits to see it. One that stood still or had passed the gate is told as that. */
export async function cut(
  elevating: Elevating,
  { operation, by, reason }: CutAsked,
): Promise<CutDone | Refusal> {
  const { store } = elevating;
  const refused = unlessAdmin('cutting an operation', by, elevating.policy(), await store.now());
  if (refused !== undefined) return refused;
  const checked = checkText('the reason', reason);
  if (isRefusal(checked)) return checked;
  const { id } = operation;
  const { value, events } = await store.cutOperation(
    id,
    by.id,
    checked.text,
    cutOrdered(operation, by.id, checked.text),
  );
  if (value.kind === 'unknown')
    return refuse('unknown', `no operation ${id} is running; how it ended is in the audit`);
  const [recorded, running] = await Promise.all([
    elevating.settleInForce(events),
    elevating.aftermath([value.operation]),
  ]);
  return { operation: value.operation, running, recorded };
}
