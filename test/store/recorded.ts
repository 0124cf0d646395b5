/** Steps that tests take with a store before the one they are about. */
import type {
  ElevationRequest,
  Grant,
  RunningOperation,
  StandingGrant,
} from '../../gateway/store/records.ts';
import type { Changed, GatePassage, OutboxEvent, Store } from '../../gateway/store/store.ts';
import { aGrant, anEvent, anOperation, aPassage, approval, aRequest } from './samples.ts';

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

/** An operation on the books, resting on a grant of its own unless one is given; with the `seq` it was decided at. */
export async function entered(
  store: Store,
  change: Partial<RunningOperation> = {},
  given?: Grant,
): Promise<{ grant: Grant; operation: RunningOperation; passage: GatePassage }> {
  const grant = given ?? (await granted(store));
  const operation = anOperation(grant, change);
  const seq = await seqOf(store);
  if ((await store.enter(operation, seq, 'first')) !== 'entered')
    throw new Error(`${operation.id} was not let onto the books`);
  return { grant, operation, passage: aPassage(operation, grant, seq) };
}

/** The store's number now. */
export async function seqOf(store: Store): Promise<number> {
  const [standing] = await store.standings([{ principalId: 'P-NOBODY', repository: 'hub/none' }]);
  return standing?.seq ?? Number.NaN;
}

export type GrantChange = Partial<Grant> | ((approvedAt: number) => Partial<Grant>);

/**
 * A grant that was asked for, approved and recorded.
 *
 * @param change what is other than in the sample; of a short one by the moment of its approval, or it may end before that
 */
export async function granted(
  store: Store,
  change: GrantChange = {},
  ask: Partial<ElevationRequest> = {},
): Promise<Grant> {
  const request = await asked(store, ask);
  const now = await store.now();
  const grant = aGrant(request, now, typeof change === 'function' ? change(now) : change);
  const { next, events } = approval(request, [grant], now);
  await recorded(store, await store.answerRequest(next, [grant], events));
  return grant;
}

/** So many grants of one request, an hour long: whoever makes many needs a while for what they do with them. */
export async function grantedMany(
  store: Store,
  count: number,
  ask: Partial<ElevationRequest> = {},
): Promise<readonly Grant[]> {
  const request = await asked(store, ask);
  const now = await store.now();
  const grants = Array.from({ length: count }, () => aGrant(request, now, { endsAt: now + 3_600_000 }));
  const { next, events } = approval(request, grants, now);
  await recorded(store, await store.answerRequest(next, grants, events));
  return grants;
}

/** The newest grants of everybody or of one person, the newest first, at most 500; ended ones among them. */
export async function newestGrants(
  store: Pick<Store, 'walkGrants'>,
  principalId?: string,
): Promise<readonly StandingGrant[]> {
  const walk = principalId === undefined ? { kind: 'all' as const } : { kind: 'of' as const, principalId };
  const { met } = await store.walkGrants(walk, { limit: 500 });
  return met.map(({ grant }) => grant);
}

/** An approved request to move a grant's end, not sent yet. */
export async function extension(store: Store, grant: Grant, endsAt: number) {
  const request = await asked(store, { extends: grant.id });
  const { next } = approval(request, [], await store.now());
  const extended = { ...grant, endsAt, version: grant.version + 1 };
  const events = [anEvent('request.approved'), anEvent('grant.extended', { grantId: grant.id, endsAt })];
  return { extended, next, events };
}
