/** Withdrawing: who asked takes it back. */
import type { ElevationRequest, Principal } from '../store/records.ts';
import { moved } from './answering.ts';
import { alreadyDecided } from './decided-text.ts';
import type { Elevating } from './elevating.ts';
import { requestWithdrawn } from './elevation-events.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Which request, by whom. */
export interface Withdrawn {
  readonly requestId: string;
  readonly by: Principal;
}

/** Takes back a pending request of one's own; done twice it changes nothing. What was approved before stays: a grant is ended by revoking it. */
export async function withdraw(
  elevating: Elevating,
  { requestId, by }: Withdrawn,
): Promise<ElevationRequest | Refusal> {
  return await moved(elevating, requestId, async (request, now) => {
    if (request.principalId !== by.id) return refuse('not-yours', 'only who asked may withdraw a request');
    if (request.state.kind === 'withdrawn') return { already: request };
    if (request.state.kind !== 'pending') return await alreadyDecided(elevating.store, request, now);
    const next: ElevationRequest = {
      ...request,
      state: { kind: 'withdrawn', at: now },
      version: request.version + 1,
    };
    return { next, events: [requestWithdrawn(next)] };
  });
}
