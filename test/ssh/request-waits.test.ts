import t from 'tap';
import { keepRequestWaits, rereadMs } from '../../gateway/ssh/request-waits.ts';
import { newBook } from '../../gateway/store/memory/book.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { ElevationRequest } from '../../gateway/store/records.ts';
import type { Change, Store } from '../../gateway/store/store.ts';
import { fakeClock } from '../relay/clock.ts';
import { asked, recorded } from '../store/recorded.ts';
import { aGrant, anEvent, approval } from '../store/samples.ts';

const never = new Promise<void>(() => undefined);
const hour = 3_600_000;

function aKeeper({ maxWaits = 10, maxWaitsPerPerson = 10, deaf = false } = {}) {
  const clock = fakeClock(1_700_000_000_000);
  const store = memoryStore({ nodeId: 'n', book: newBook(() => clock.now()) });
  const troubles: unknown[] = [];
  let away = false;
  let reads = 0;
  const seen: Pick<Store, 'request' | 'onChange'> = {
    request(id) {
      reads += 1;
      return away ? Promise.reject(new Error('away')) : store.request(id);
    },
    onChange: (listener: (change: Change | undefined) => void) =>
      deaf ? () => undefined : store.onChange(listener),
  };
  const waits = keepRequestWaits({
    store: seen,
    bounds: () => ({ maxWaits, maxWaitsPerPerson }),
    after: (ms, work) => clock.after(ms, work),
    onTrouble: (error) => void troubles.push(error),
  });
  return {
    clock,
    store,
    waits,
    troubles,
    reads: () => reads,
    setAway: (is: boolean) => {
      away = is;
    },
    async approve(request: ElevationRequest) {
      const grant = aGrant(request, clock.now());
      const { next, events } = approval(request, [grant], clock.now());
      await recorded(store, await store.answerRequest(next, [grant], events));
    },
    async deny(request: ElevationRequest) {
      const next: ElevationRequest = {
        ...request,
        state: { kind: 'denied', at: clock.now(), by: 'P-LEAD', comment: 'no' },
        version: request.version + 1,
      };
      await recorded(store, await store.answerRequest(next, [], [anEvent('request.denied')]));
    },
  };
}

void t.test('an answer ends the waits for its request, and no others', async (t) => {
  const { store, waits, approve, deny } = aKeeper();
  const [mine, other] = [await asked(store), await asked(store)];
  const both = [1, 2].map(() => waits.wait(mine, { closed: never, mostMs: hour }));
  const third = waits.wait(other, { closed: never, mostMs: hour });
  await approve(mine);
  for (const end of await Promise.all(both))
    t.match(end, { kind: 'decided', request: { id: mine.id, state: { kind: 'approved' } } });
  t.equal(waits.size, 1);
  await deny(other);
  t.match(await third, { kind: 'decided', request: { state: { kind: 'denied' } } });
  t.equal(waits.size, 0);
});

void t.test(
  'a lost message costs a re-read, and one answered before anybody waited is told at once',
  async (t) => {
    const { clock, store, waits, approve } = aKeeper({ deaf: true });
    const request = await asked(store);
    const wait = waits.wait(request, { closed: never, mostMs: hour });
    await clock.advance(1_000);
    await approve(request);
    t.equal(waits.size, 1, 'nobody was told');
    await clock.advance(rereadMs);
    t.match(await wait, { kind: 'decided' });
    t.match(await waits.wait(request, { closed: never, mostMs: hour }), { kind: 'decided' });
  },
);

void t.test(
  'a request that nobody answers in time is lapsed, and a wait that is over sooner times out',
  async (t) => {
    const { clock, store, waits } = aKeeper();
    const request = await asked(store, { decideBy: clock.now() + 60_000 });
    const [short, long] = [30_000, hour].map((mostMs) => waits.wait(request, { closed: never, mostMs }));
    await clock.advance(30_000);
    t.strictSame(await short, { kind: 'timed-out' });
    await clock.advance(30_000 + rereadMs);
    t.match(await long, { kind: 'decided', request: { state: { kind: 'lapsed' } } });
  },
);

void t.test('an approval of the very moment in which the time is over counts', async (t) => {
  const { clock, store, waits, approve } = aKeeper({ deaf: true });
  const request = await asked(store);
  const wait = waits.wait(request, { closed: never, mostMs: 1_000 });
  await clock.advance(999);
  await approve(request);
  await clock.advance(1);
  t.match(await wait, { kind: 'decided', request: { state: { kind: 'approved' } } });
});

void t.test('a store that is away is asked again, and the time still ends the wait', async (t) => {
  const { clock, store, waits, approve, setAway, troubles } = aKeeper({ deaf: true });
  const request = await asked(store);
  setAway(true);
  const [short, long] = [rereadMs * 2, hour].map((mostMs) => waits.wait(request, { closed: never, mostMs }));
  await clock.advance(rereadMs * 2);
  t.strictSame(await short, { kind: 'timed-out' });
  t.ok(troubles.length > 0);
  await approve(request);
  setAway(false);
  await clock.advance(rereadMs);
  t.match(await long, { kind: 'decided' });
});

void t.test('who leaves waits no more; the request stays', async (t) => {
  const { clock, store, waits, reads } = aKeeper();
  const request = await asked(store);
  let leave = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const wait = waits.wait(request, { closed, mostMs: hour });
  leave();
  t.strictSame(await wait, { kind: 'left' });
  t.equal(waits.size, 0);
  t.match(await store.request(request.id), { state: { kind: 'pending' } });
  const before = reads();
  await clock.advance(hour);
  t.equal(reads(), before, 'nothing is read for nobody');
});

void t.test('waits are bounded for a person and for the node, and a wait that ends makes room', async (t) => {
  const { store, waits, approve } = aKeeper({ maxWaits: 3, maxWaitsPerPerson: 2 });
  const mine = await asked(store, { principalId: 'P-A' });
  const other = await asked(store, { principalId: 'P-B' });
  const wait = (request: ElevationRequest) => waits.wait(request, { closed: never, mostMs: hour });
  const running = [wait(mine), wait(mine)];
  t.strictSame(await wait(mine), { kind: 'too-many' });
  running.push(wait(other));
  t.strictSame(await wait(other), { kind: 'too-many' }, 'the node is full');
  await approve(mine);
  await Promise.all(running.slice(0, 2));
  const late = wait(other);
  t.equal(waits.size, 2);
  t.equal(waits.stop(), 2);
  t.strictSame(await late, { kind: 'stopping' });
  t.strictSame(await wait(other), { kind: 'stopping' });
});

void t.test('a thousand that wait for one request share its reads', async (t) => {
  const { store, waits, approve, reads } = aKeeper({ maxWaits: 1_000, maxWaitsPerPerson: 1_000 });
  const request = await asked(store);
  const all = Array.from({ length: 1_000 }, () => waits.wait(request, { closed: never, mostMs: hour }));
  await approve(request);
  await Promise.all(all);
  t.ok(reads() < 10, `${reads()} reads`);
});

void t.test('a request that the store has lost ends its waits', async (t) => {
  const { waits } = aKeeper();
  const end = await waits.wait({ id: 'R-NONE', principalId: 'P-A' }, { closed: never, mostMs: hour });
  t.strictSame(end, { kind: 'gone' });
});
