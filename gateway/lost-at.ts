/** When what took a lease happened, by the store's clock: a cut is measured from there. */
import type { Decision } from './grants/decide.ts';
import type { Loss } from './relay/lease.ts';

/**
 * The store's time of the change or the end; undefined where the store changed nothing: it was silent, the node stops, the
 * transfer stood still, or the rules became others.
 *
 * @param endsAt the lease's end
 */
export function lostAt(loss: Loss<Decision>, endsAt: number): number | undefined {
  switch (loss.kind) {
    case 'end-reached':
      return endsAt;
    case 'cut':
      return loss.cut.at;
    case 'credential-ended':
      return loss.end.at;
    case 'denied':
      return deniedSince(loss.denial);
    default:
      return undefined;
  }
}

function deniedSince(denial: Decision): number | undefined {
  if (denial.allowed) return undefined;
  if (denial.reason === 'locked') return denial.lock.createdAt;
  return denial.reason === 'grant-ended' ? denial.end.at : undefined;
}
