/** Steps that tests take with a store before the one they are about. */
import type { ElevationRequest, Grant } from '../../gateway/store/records.ts';
import type { Changed, OutboxEvent, Store } from '../../gateway/store/store.ts';
import { aGrant, anEvent, approval, aRequest } from './samples.ts';

/** Acknowledges what a change wrote, as a node does once the entries are durable. */
export async function recorded<T>(store: Store, changed: Changed<T>): Promise<T> {
  await store.acknowledge(seqsOf(changed.events));
  return changed.value;
}

/** The sequence numbers of events. */
export function seqsOf(events: readonly OutboxEvent[]): readonly number[] {
  return events.map((event) => event.seq);
}

let asks = 0;

/** A request that waits; no two ask for the same. */
export async function asked(store: Store, change: Partial<ElevationRequest> = {}): Promise<ElevationRequest> {
  asks += 1;
  const request = aRequest(await store.now(), { durationMs: 60_000 + asks, ...change });
  await recorded(
    store,
    await store.createRequest(request, anEvent('request.created', { requestId: request.id })),
  );
  return request;
}

/** A grant that was asked for, approved and recorded. */
export async function granted(
  store: Store,
  change: Partial<Grant> = {},
  ask: Partial<ElevationRequest> = {},
): Promise<Grant> {
  const request = await asked(store, ask);
  const now = await store.now();
  const grant = aGrant(request, now, change);
  const { next, events } = approval(request, [grant], now);
  await recorded(store, await store.answerRequest(next, [grant], events));
  return grant;
}
