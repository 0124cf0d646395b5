/** Locks. */
import type { Lock } from '../../gateway/store/records.ts';
import type { Claim } from './contract.ts';
import { granted } from './recorded.ts';
import { aLock, anEvent, anOperation, freshId } from './samples.ts';

const set = anEvent('lock.set');

export const lockContract: readonly Claim[] = [
  [
    'a lock stands for whoever and whatever it is on, and for nobody else',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const on: readonly Lock['on'][] = [
        { kind: 'everything' },
        { kind: 'upstream', upstream: 'hub' },
        { kind: 'repository', repository: 'hub/acme/app' },
        { kind: 'principal', principalId: 'P-DEV' },
        { kind: 'upstream', upstream: 'forge' },
        { kind: 'repository', repository: 'hub/acme/app2' },
        { kind: 'principal', principalId: 'P-OTHER' },
      ];
      const locks = on.map((target) => aLock(now, { on: target }));
      for (const lock of locks) await store.lock(lock, set);
      const ids = (found: readonly Lock[] = []) => found.map(({ id }) => id).toSorted();
      const [standing] = await store.standings([{ principalId: 'P-DEV', repository: 'hub/acme/app' }]);
      t.strictSame(ids(standing?.locks), ids(locks.slice(0, 4)));
      const [other] = await store.standings([{ principalId: 'P-X', repository: 'forge/x' }]);
      t.strictSame(ids(other?.locks), ids([locks[0], locks[4]].flatMap((lock) => lock ?? [])));
      t.strictSame(ids(await store.locks()), ids(locks));
    },
  ],
  [
    'what a lock met can be asked for again, and whether it is recorded',
    async (t, ground) => {
      const [store, other] = [await ground.open('a'), await ground.open('b')];
      const grant = await granted(store);
      const operation = anOperation(grant);
      const { standing } = await store.stand({ principalId: grant.principalId }, operation.repository);
      await store.enter(operation, standing.seq, 'first');
      const lock = aLock(await store.now());
      const { value, events } = await store.lock(lock, set);
      t.match(value.touched, [{ operation: { id: operation.id } }]);
      await store.standStill(operation.id, 'cut');
      t.strictSame(await other.lockMet(lock.id), { touched: value.touched, recorded: false });
      await store.acknowledge(events.map(({ seq }) => seq));
      t.match(await other.lockMet(lock.id), { recorded: true });
      t.equal(await other.lockMet(freshId('L')), undefined);
      await store.lift(lock.id, anEvent('lock.lifted'));
      t.equal(await other.lockMet(lock.id), undefined, 'a lifted one stands no more');
    },
  ],
  [
    'a lock ends when it says, or is lifted once',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const short = aLock(now, { until: now + 200 });
      const long = aLock(now, { until: now + 60_000, right: 'push', except: ['P-ADMIN'] });
      await store.lock(short, set);
      await store.lock(long, set);
      await ground.reach(now + 200);
      t.strictSame(await store.locks(), [long]);
      t.match(await store.lift(long.id, anEvent('lock.lifted')), {
        value: long,
        events: [{ type: 'lock.lifted' }],
      });
      const again = await store.lift(long.id, anEvent('lock.lifted'));
      t.strictSame(again, { value: undefined, events: [] });
      const [standing] = await store.standings([{ principalId: 'P-DEV', repository: 'hub/acme/app' }]);
      t.strictSame(standing?.locks, []);
    },
  ],
];
