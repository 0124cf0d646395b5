import t from 'tap';
import type { EntryOf } from '../../gateway/audit/entry.ts';
import { foldReads } from '../../gateway/audit/read-folding.ts';

/** Folding over an array; time and timers are the test's. */
function aFolding() {
  const entries: EntryOf<'audit.read'>[] = [];
  const timers: (() => void)[] = [];
  const failed: unknown[] = [];
  const disk = { broken: false };
  let now = 1_000;
  const folding = foldReads({
    async append(entry) {
      if (disk.broken) throw new Error('no space left');
      entries.push(entry);
    },
    now: () => now,
    onFailed: (error) => failed.push(error),
    after(_ms, work) {
      timers.push(work);
      return () => undefined;
    },
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { entries, timers, failed, disk, folding, pass };
}

void t.test('the first read is written at once, its likes are counted in one entry', async (t) => {
  const { entries, timers, folding, pass } = aFolding();
  for (let i = 0; i < 5; i += 1) {
    await folding.read('P-1', 'entries', 'repository=hub%2Fapp');
    pass(10);
  }
  await folding.read('P-1', 'entries', '');
  await folding.read('P-2', 'entries', 'repository=hub%2Fapp');
  const asked = 'repository=hub%2Fapp';
  const first = { type: 'audit.read', what: 'entries', count: 1 };
  t.strictSame(entries, [
    { ...first, principalId: 'P-1', asked, firstAt: 1_000, lastAt: 1_000 },
    { ...first, principalId: 'P-1', firstAt: 1_050, lastAt: 1_050 },
    { ...first, principalId: 'P-2', asked, firstAt: 1_050, lastAt: 1_050 },
  ]);
  for (const work of timers) work();
  await folding.flush();
  t.strictSame(entries.slice(3), [
    { ...first, principalId: 'P-1', asked, count: 4, firstAt: 1_010, lastAt: 1_040 },
  ]);
});

void t.test('a read that could not be written is told of, and written with the count', async (t) => {
  const { entries, failed, disk, folding } = aFolding();
  disk.broken = true;
  await folding.read('P-1', 'replay', '');
  t.equal(failed.length, 1);
  disk.broken = false;
  await folding.read('P-1', 'replay', '');
  await folding.flush();
  t.match(entries, [{ what: 'replay', count: 2 }]);
  t.equal(entries.length, 1);
});
