/** From the store's outbox into this node's chain: what a change says of itself is durable before anyone may rely on it. */

import { entryOfEvent } from './audit/entry.ts';
import type { AuditLog } from './audit/log.ts';
import { keepRounds } from './rounds.ts';
import type { OutboxEvent, Store } from './store/store.ts';

export interface Outbox {
  /** Writes the events in their order and tells the store; rejects when the audit cannot be written, and they stay in the outbox. */
  settle(events: readonly OutboxEvent[]): Promise<void>;
  stop(): Promise<void>;
}

/** Ends are looked for, and events of dead nodes taken over, this often. */
const roundEveryMs = 1_000;

/**
 * Opens the way and keeps it moving.
 *
 * @param storeId which store the numbers are of
 * @param onRound is told what a round failed with, or undefined; the next one tries again
 */
export function openOutbox(
  store: Store,
  audit: AuditLog,
  storeId: string,
  onRound: (trouble: unknown) => void,
): Outbox {
  const settle = async (events: readonly OutboxEvent[]): Promise<void> => {
    if (events.length === 0) return;
    await Promise.all(events.map((event) => audit.append(entryOfEvent(event, storeId))));
    await store.acknowledge(events.map(({ seq }) => seq));
  };
  let stopped = false;
  const round = async (): Promise<void> => {
    for (const claim of [store.claimEnds, store.adoptOutbox]) {
      let events: readonly OutboxEvent[];
      do {
        events = await claim.call(store);
        await settle(events);
      } while (events.length >= 100 && !stopped);
    }
  };
  const stopRounds = keepRounds(() => round().then(() => onRound(undefined), onRound), roundEveryMs);
  return {
    settle,
    async stop() {
      stopped = true;
      await stopRounds();
    },
  };
}
