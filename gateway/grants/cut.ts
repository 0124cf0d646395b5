/** Cutting one operation: an admin ends a transfer on whatever node it runs; its grants stay. */
import type { OperationState, Principal } from '../store/records.ts';
import { unlessAdmin } from './admin-only.ts';
import type { Aftermath } from './aftermath.ts';
import { checkText } from './ask-checks.ts';
import type { Elevating } from './elevating.ts';
import { cutOrdered } from './elevation-events.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

/** Which operation ends, by whom, and why. */
export interface CutAsked {
  readonly operationId: string;
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
  { operationId, by, reason }: CutAsked,
): Promise<CutDone | Refusal> {
  const { store } = elevating;
  const { operations, now } = await store.operations();
  const refused = unlessAdmin('cutting an operation', by, elevating.policy(), now);
  if (refused !== undefined) return refused;
  const checked = checkText('the reason', reason);
  if (isRefusal(checked)) return checked;
  const unknown = refuse('unknown', `no operation ${operationId} is running; how it ended is in the audit`);
  const found = operations.find(({ operation }) => operation.id === operationId);
  if (found === undefined) return unknown;
  const { value, events } = await store.cutOperation(
    operationId,
    by.id,
    checked.text,
    cutOrdered(found.operation, by.id, checked.text),
  );
  if (value.kind === 'unknown') return unknown;
  const [recorded, running] = await Promise.all([
    elevating.settleInForce(events),
    elevating.aftermath([value.operation]),
  ]);
  return { operation: value.operation, running, recorded };
}
