/** What every verb on requests and grants works with. */
import type { OperationState } from '../store/records.ts';
import type { EventDraft, OutboxEvent, Store } from '../store/store.ts';
import type { Aftermath } from './aftermath.ts';
import type { IdPrefix } from './ids.ts';
import type { Policy } from './policy.ts';

export interface Elevating {
  readonly store: Store;
  /** The policy in force at the moment of the call. */
  policy(): Policy;
  /** Makes the events of a change durable in the audit and acknowledges them; a verb succeeds only after it. */
  settle(events: readonly OutboxEvent[]): Promise<void>;
  /** The same for what the store enforces at once whatever the audit says: whether it is durable by now. If not, it will be, from the outbox. */
  settleInForce(events: readonly OutboxEvent[]): Promise<boolean>;
  newId(prefix: IdPrefix): string;
  /** Whether the configuration lets critical requests be answered at the SSH door; never, without it. */
  readonly allowCriticalAnswersAtSsh?: () => boolean;
  /** Waits to see what became of the operations that a change met. */
  aftermath(touched: readonly OperationState[]): Promise<Aftermath>;
  /** Writes to the audit what changed nothing: refused and repeated attempts to answer. */
  record(draft: EventDraft): Promise<void>;
}
