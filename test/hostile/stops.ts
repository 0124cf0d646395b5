/** Ending a trial's access, each way it can end, and writing down what the store answered. */
import { stops as lockStops } from '../../gateway/store/lock-stops.ts';
import type { Grant, Lock } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { recorded } from '../store/recorded.ts';
import { aLock, anEvent } from '../store/samples.ts';
import type { Journal } from './journal.ts';
import type { StopPlan } from './plan.ts';

export interface StopOf {
  readonly journal: Journal;
  readonly store: Store;
  readonly grant: Grant;
}

const by = 'P-ADMIN';

/** Ends access now; resolves when the store has said so. `later` is what still has to happen: a lock is lifted. */
export async function stopAccess(
  { how, liftedAfterMs }: StopPlan,
  of: StopOf,
): Promise<{ later: Promise<void> }> {
  const { store, grant } = of;
  switch (how) {
    case 'revoke':
      await revoke(of);
      return { later: Promise.resolve() };
    case 'cut':
      await cut(of);
      return { later: Promise.resolve() };
    case 'expiry':
      while ((await store.now()) < grant.endsAt) await pause(1);
      return { later: Promise.resolve() };
    case 'lock-principal':
      return await lock(of, { kind: 'principal', principalId: grant.principalId }, liftedAfterMs);
    case 'lock-repository':
      return await lock(of, { kind: 'repository', repository: grant.scope.repository }, liftedAfterMs);
    case 'lock-everything':
      return await lock(of, { kind: 'everything' }, liftedAfterMs);
  }
}

async function revoke({ journal, store, grant }: StopOf): Promise<void> {
  const askedAt = journal.tick();
  const changed = await store.revokeGrant(
    grant.id,
    by,
    'laptop lost',
    anEvent('grant.revoked', { grantId: grant.id }),
  );
  const { value, events } = changed;
  if (value.kind === 'revoked')
    journal.stopped.push({
      what: `revocation of ${grant.id}`,
      askedAt,
      seq: events[0]?.seq ?? Number.NaN,
      liftedSeq: undefined,
      liftedAt: undefined,
      touched: value.touched,
      stops: ({ id }) => journal.operations.get(id)?.grantIds.has(grant.id) === true,
      concerns: ({ grantId }) => grantId === grant.id,
    });
  await recorded(store, changed);
}

async function lock(
  { journal, store }: StopOf,
  on: Lock['on'],
  liftedAfterMs: number | undefined,
): Promise<{ later: Promise<void> }> {
  const made = aLock(await store.now(), { on });
  const askedAt = journal.tick();
  const changed = await store.lock(made, anEvent('lock.made', { lockId: made.id }));
  const stopped = {
    what: `lock ${made.id} on ${on.kind}`,
    askedAt,
    seq: changed.events[0]?.seq ?? Number.NaN,
    liftedSeq: undefined as number | undefined,
    liftedAt: undefined as number | undefined,
    touched: changed.value.touched,
    stops: (operation: Parameters<typeof lockStops>[1]) => lockStops(made, operation, made.createdAt),
    concerns: (of: { readonly principalId: string; readonly repository: string }) =>
      lockStops(made, { ...of, right: 'push' }, made.createdAt),
  };
  journal.stopped.push(stopped);
  await recorded(store, changed);
  const lift = async (afterMs: number): Promise<void> => {
    await pause(afterMs);
    const lifted = await store.lift(made.id, anEvent('lock.lifted', { lockId: made.id }));
    stopped.liftedSeq = lifted.events[0]?.seq;
    stopped.liftedAt = journal.tick();
    await recorded(store, lifted);
  };
  return { later: liftedAfterMs === undefined ? Promise.resolve() : lift(liftedAfterMs) };
}

/** Cuts what runs on the grant; where nothing does, nothing was stopped. */
async function cut({ journal, store, grant }: StopOf): Promise<void> {
  for (const { operation } of journal.operations.values()) {
    if (operation.principalId !== grant.principalId) continue;
    const askedAt = journal.tick();
    const changed = await store.cutOperation(
      operation.id,
      by,
      'looks odd',
      anEvent('operation.cut-ordered', { operationId: operation.id }),
    );
    const { value, events } = changed;
    if (value.kind === 'told')
      journal.stopped.push({
        what: `cut of ${operation.id}`,
        askedAt,
        seq: events[0]?.seq ?? Number.NaN,
        liftedSeq: undefined,
        liftedAt: undefined,
        touched: [value.operation],
        stops: ({ id }) => id === operation.id,
        concerns: ({ principalId }) => principalId === operation.principalId,
      });
    await recorded(store, changed);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
