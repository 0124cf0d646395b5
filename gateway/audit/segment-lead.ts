/** The entries at the head of a segment: where the chain stood, and what happened to the segment before. */
import type { AuditAlarm } from './alarm.ts';
import type { Entry } from './entry.ts';
import type { FilePlace, TornTail } from './segment-tail.ts';

/** What has to be said at the head of the next segment. */
export interface Untold {
  readonly after: FilePlace | undefined;
  readonly torn: readonly TornTail[];
  readonly alarms: readonly AuditAlarm[];
}

/** Makes those entries; `segment.opened` is always the first, and carries alone all that a verifier needs. */
export function leadingEntries(segment: number, node: string, untold: Untold): readonly Entry[] {
  return [
    { type: 'segment.opened', segment, node, after: untold.after },
    ...untold.torn.map((torn) => ({ type: 'segment.torn' as const, ...torn })),
    ...untold.alarms.map(({ kind, message, count }) => ({
      type: 'node.alarm' as const,
      node,
      alarm: kind,
      message,
      count,
    })),
  ];
}
