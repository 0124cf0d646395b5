import t from 'tap';
import { serverClock } from '../../admin/web/src/clock/server-clock.ts';

const told = Date.parse('2026-11-26T12:00:00Z');

/** A clock whose monotonic time is turned by hand, and whose wall clock is an hour ahead. */
function aClock() {
  const time = { monotonic: 1_000 };
  const clock = serverClock(
    () => time.monotonic,
    () => told + 3_600_000,
  );
  return { clock, time };
}

void t.test('the server’s time counts, not the viewer’s clock (H5)', async (t) => {
  const { clock, time } = aClock();
  clock.learn(told, 1_000, 1_000);
  t.equal(clock.now(), told);
  time.monotonic += 5_000;
  t.equal(clock.now(), told + 5_000);
});

void t.test('before the first answer the viewer’s clock has to do', async (t) => {
  t.equal(aClock().clock.now(), told + 3_600_000);
});

void t.test('a slow answer does not worsen a good measurement', async (t) => {
  const { clock, time } = aClock();
  clock.learn(told, 1_000, 1_010);
  time.monotonic = 3_000;
  const before = clock.now();
  clock.learn(told + 1_100, 1_900, 2_900);
  t.equal(clock.now(), before);
});

void t.test('a jump is followed at once: the computer slept, or the server’s clock was set', async (t) => {
  const { clock, time } = aClock();
  clock.learn(told, 1_000, 1_010);
  time.monotonic = 2_000;
  clock.learn(told + 600_000, 1_900, 2_000);
  t.equal(clock.now(), told + 600_050);
});

void t.test('an old measurement gives way to a worse new one', async (t) => {
  const { clock, time } = aClock();
  clock.learn(told, 1_000, 1_000);
  time.monotonic = 70_000;
  clock.learn(told + 69_000, 69_000, 70_000);
  t.equal(clock.now(), told + 69_500);
});
