/** What locks say of themselves in the audit, whoever makes and lifts them. */
import type { Lock } from './records.ts';
import type { EventDraft } from './store.ts';

/** `lock.made`: the whole lock. */
export function lockMade({ id, on, right, except, reason, by, until, untilSignIn }: Lock): EventDraft {
  return {
    type: 'lock.made',
    body: {
      lockId: id,
      on,
      except,
      reason,
      by,
      ...(right === undefined ? {} : { right }),
      ...(until === undefined ? {} : { until }),
      ...(untilSignIn === undefined ? {} : { untilSignIn }),
    },
  };
}

/** `lock.lifted`. */
export function lockLifted(lockId: string, by: string, reason: string): EventDraft {
  return { type: 'lock.lifted', body: { lockId, by, reason } };
}
