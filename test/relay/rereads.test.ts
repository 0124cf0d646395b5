import t from 'tap';
import { rereads } from '../../gateway/relay/rereads.ts';
import type { Standing } from '../../gateway/store/records.ts';
import { fakeClock } from './clock.ts';

const standing: Standing = { grants: [], locks: [], seq: 1, now: 0 };

/** Re-reads of numbers over a store that answers when a test says so. */
function aReader(apply: (item: number) => 'ended' | 'goes-on' = () => 'goes-on') {
  const clock = fakeClock();
  const asked: { items: readonly number[]; answer(): Promise<void>; fail(): Promise<void> }[] = [];
  const applied: number[] = [];
  const rests: number[] = [];
  const failed: unknown[] = [];
  const { ask } = rereads<number>({
    read: (items) =>
      new Promise((resolve, reject) => {
        asked.push({
          items,
          async answer() {
            resolve(items.map(() => standing));
            await clock.advance(0);
          },
          async fail() {
            reject(new Error('away'));
            await clock.advance(0);
          },
        });
      }),
    apply(item) {
      applied.push(item);
      return apply(item);
    },
    clock: () => clock.now(),
    async rest() {
      rests.push(applied.length);
      await new Promise((resolve) => setImmediate(resolve));
    },
    onReadFailed: (error) => failed.push(error),
  });
  return { clock, asked, applied, rests, failed, ask };
}

void t.test('what is asked for while its read is on its way is read once more, and once only', async (t) => {
  const { asked, applied, ask } = aReader();
  ask([1, 2]);
  for (let change = 0; change < 100; change += 1) ask([1]);
  t.strictSame(
    asked.map(({ items }) => items),
    [[1, 2]],
  );
  await asked[0]?.answer();
  t.strictSame(
    asked.map(({ items }) => items),
    [[1, 2], [1]],
  );
  await asked[1]?.answer();
  t.equal(asked.length, 2);
  t.strictSame(applied, [1, 2, 1]);
});

void t.test('a read that fails leaves its transfers to be read again', async (t) => {
  const { asked, applied, failed, ask } = aReader();
  ask([1]);
  await asked[0]?.fail();
  t.equal(failed.length, 1);
  ask([1]);
  await asked[1]?.answer();
  t.strictSame(applied, [1]);
});

void t.test('a read without an answer holds the next one up for a second and not longer', async (t) => {
  const { clock, asked, ask } = aReader();
  ask([1]);
  await clock.advance(999);
  ask([1]);
  t.equal(asked.length, 1);
  await clock.advance(1);
  ask([1]);
  t.equal(asked.length, 2);
});

void t.test('the ends of a thousand transfers leave room for everything else in between', async (t) => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => index);
  const { clock, asked, applied, rests, ask } = aReader(() => 'ended');
  ask(thousand);
  let largest = 0;
  while (applied.length < thousand.length) {
    const open = asked.splice(0);
    largest = Math.max(largest, ...open.map(({ items }) => items.length));
    for (const read of open) await read.answer();
    await clock.advance(0);
  }
  t.strictSame(
    applied.toSorted((a, b) => a - b),
    thousand,
  );
  t.ok(largest <= 64, `${largest} transfers in one read`);
  const stretches = rests.map((count, index) => count - (rests[index - 1] ?? 0));
  t.ok(Math.max(...stretches) <= 16, `${Math.max(...stretches)} transfers ended in one stretch`);
});
