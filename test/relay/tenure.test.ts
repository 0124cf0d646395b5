import t from 'tap';
import { keepTenure, type Promised, promisedBy } from '../../gateway/relay/tenure.ts';
import { fakeClock } from './clock.ts';

const promised: Promised = { stillAfterMs: 60_000, silentMs: 67_000 };

function aTenure() {
  const clock = fakeClock(5_000);
  const over: string[] = [];
  const keeper = keepTenure({
    clock: clock.now,
    after: clock.after,
    onOver: (loss) => over.push(loss),
  });
  return { clock, keeper, over };
}

void t.test(
  'it is over in the millisecond that was promised with the last sign, and is told once',
  async (t) => {
    const { clock, keeper, over } = aTenure();
    keeper.confirmed(clock.now(), promised);
    const tenure = keeper.current();
    await clock.advance(59_999);
    t.ok(tenure.lasts());
    await clock.advance(1);
    t.strictSame(over, ['store-lost']);
    t.ok(tenure.signal.aborted);
    await clock.advance(100_000);
    t.strictSame(over, ['store-lost']);
  },
);

void t.test('it counts from when the sign was sent, not from when its answer came', async (t) => {
  const { clock, keeper, over } = aTenure();
  const sentAtMs = clock.now();
  await clock.advance(9_000);
  keeper.confirmed(sentAtMs, promised);
  await clock.advance(51_000);
  t.strictSame(over, ['store-lost']);
});

void t.test('a process that was stopped finds it over when it asks, before any timer', async (t) => {
  let now = 0;
  const over: string[] = [];
  const keeper = keepTenure({
    clock: () => now,
    after: () => () => undefined,
    onOver: (loss) => over.push(loss),
  });
  keeper.confirmed(0, promised);
  const tenure = keeper.current();
  now = 67_000;
  t.notOk(tenure.lasts());
  t.strictSame(over, ['taken-over'], 'others may have taken over already');
  t.ok(tenure.signal.aborted);
});

void t.test(
  'the sign that ends a silence gives what begins later a tenure, and nothing that was begun before',
  async (t) => {
    let now = 0;
    const over: string[] = [];
    const keeper = keepTenure({
      clock: () => now,
      after: () => () => undefined,
      onOver: (loss) => over.push(loss),
    });
    keeper.confirmed(0, promised);
    const before = keeper.current();
    now = 61_000;
    keeper.confirmed(60_500, promised);
    t.strictSame(over, ['store-lost'], 'though nobody asked in between');
    t.notOk(before.lasts());
    t.ok(keeper.lasts());
    t.ok(keeper.current().lasts());
  },
);

void t.test(
  'before the first sign it is shorter than others wait for a node that said nothing',
  async (t) => {
    const { clock, keeper } = aTenure();
    await clock.advance(9_999);
    t.ok(keeper.lasts());
    await clock.advance(1);
    t.notOk(keeper.lasts());
  },
);

void t.test(
  'a node is still for longer than cut connections take to close, before others take over',
  async (t) => {
    for (const [storeGraceMs, cutGraceMs] of [
      [0, 0],
      [60_000, 2_000],
      [600_000, 30_000],
    ] as const) {
      const { stillAfterMs, silentMs } = promisedBy({ storeGraceMs, cutGraceMs });
      t.ok(stillAfterMs >= storeGraceMs && stillAfterMs >= 5_000);
      t.ok(silentMs >= stillAfterMs + cutGraceMs + 5_000);
    }
  },
);
