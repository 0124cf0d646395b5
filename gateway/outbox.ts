/** From the store's outbox into this node's chain: what a change says of itself is durable before anyone may rely on it. */

import { AuditError } from './audit/audit-error.ts';
import { entryOfEvent } from './audit/entry.ts';
import type { AuditLog } from './audit/log.ts';
import { inTime } from './grants/in-time.ts';
import { pause } from './pause.ts';
import { keepRounds } from './rounds.ts';
import type { OutboxEvent, Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

export interface Outbox {
  /** Writes the events in their order and tells the store; rejects when the audit cannot be written, and they stay in the outbox. */
  settle(events: readonly OutboxEvent[]): Promise<void>;
  /**
   * The same for changes that the store enforces at once, whatever the audit says: whether their entries are durable by now. If
   * not, they stay in the outbox, for a later round of this node or of another. Never rejects for a disk or a store.
   */
  settleInForce(events: readonly OutboxEvent[]): Promise<boolean>;
  stop(): Promise<void>;
}

/** Who ends something waits no longer than this for a disk. */
const patienceMs = 2_000;

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
  const recorded = async (events: readonly OutboxEvent[]): Promise<boolean> => {
    try {
      await settle(events);
    } catch (error) {
      if (error instanceof AuditError) return false;
      // The entries are durable; a store that was not told of it has them recorded once more.
      if (!(error instanceof StoreError)) throw error;
      onRound(error);
    }
    return true;
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
    async settleInForce(events) {
      return (await inTime(patienceMs, recorded(events), pause)) ?? false;
    },
    async stop() {
      stopped = true;
      await stopRounds();
    },
  };
}
