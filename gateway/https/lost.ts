/** A lost lease turned into what the person reads and what the record says. */

import type { CarryNeeds } from '../exchange.ts';
import type { Decision } from '../grants/decide.ts';
import type { Outcome } from '../operations.ts';
import type { Passage } from '../passage.ts';
import type { Lease } from '../relay/lease.ts';
import type { Shown } from '../texts.ts';

/** The text and the outcome of a transfer whose lease is lost. */
export async function lostLease(
  needs: Pick<CarryNeeds, 'texts'>,
  { admitted, operation }: Passage,
  lease: Lease<Decision>,
): Promise<{ readonly shown: Shown; readonly outcome: Outcome }> {
  const { loss, endsAt } = lease;
  if (loss === undefined) throw new Error('the lease is not lost');
  const [grantId] = operation.grantIds;
  const about = { ...admitted.ask };
  const shown = await needs.texts.lost(loss, grantId, endsAt, endsAt, about);
  if (loss.kind === 'credential-ended')
    return { shown, outcome: { outcome: 'cut', reason: loss.kind, detail: loss.end.why } };
  if (loss.kind !== 'denied')
    return {
      shown,
      outcome: { outcome: 'cut', reason: loss.kind, ...(grantId === undefined ? {} : { grantId }) },
    };
  const { denial } = loss;
  if (denial.allowed) return { shown, outcome: { outcome: 'cut', reason: 'denied' } };
  return {
    shown,
    outcome: {
      outcome: 'cut',
      reason: denial.reason,
      ...('grantId' in denial && denial.grantId !== undefined ? { grantId: denial.grantId } : {}),
      ...('lock' in denial ? { lockId: denial.lock.id } : {}),
    },
  };
}
