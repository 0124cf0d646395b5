import t from 'tap';
import { readEntries } from '../../gateway/audit/read.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { failingDisk } from './failing-disk.ts';
import { aLog, anAlarm, linesOf, segmentPaths } from './logs.ts';

async function countsThatCount(directory: string): Promise<readonly number[]> {
  const { faults } = await verify([directory]);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const { entries } = await readEntries({ directory }, { type: 'node.alarm', limit: 10_000 });
  return entries.filter(({ alarm }) => alarm === 'numbered').map(({ count }) => count as number);
}

for (const fault of ['sync', 'half-written'] as const)
  void t.test(
    `after one failed write (${fault}) the log goes on in a fresh segment, and no entry counts twice`,
    async (t) => {
      const disk = failingDisk();
      const { directory, log, alarms } = await aLog(t, { disk });
      await log.append(anAlarm(1));
      disk.fault = fault;
      const create = disk.create;
      disk.create = (path) => {
        disk.fault = 'none';
        return create(path);
      };
      await Promise.all([log.append(anAlarm(2)), log.append(anAlarm(3))]);
      await log.append(anAlarm(4));
      await log.close();

      t.strictSame(alarms, ['audit-segment-failed']);
      t.equal((await segmentPaths(directory)).length, 2);
      t.strictSame(await countsThatCount(directory), [1, 2, 3, 4]);
      const torn = (await linesOf(directory)).find((line) => line.includes('"segment.torn"'));
      t.match(torn, /"lines":[12]/, 'what stands in the broken segment is named');
    },
  );

for (const fault of ['sync', 'half-written', 'create'] as const)
  void t.test(
    `a disk that takes nothing (${fault}) refuses every entry, and tells how many once it mends`,
    async (t) => {
      const disk = failingDisk();
      const { directory, log, alarms } = await aLog(t, { disk, retryMs: 0 });
      await log.append(anAlarm(1));
      disk.fault = fault === 'create' ? 'sync' : fault;
      const refused = [2, 3, 4].map((count) => log.append(anAlarm(count)));
      for (const answer of await Promise.allSettled(refused))
        t.match(answer, { reason: { code: 'AUDIT_UNWRITABLE' } });
      disk.fault = fault;
      await t.rejects(log.append(anAlarm(5)), { code: 'AUDIT_UNWRITABLE' });
      t.match(log.stats(), { writable: false, refused: 4, waiting: 0 });
      disk.fault = 'none';
      await log.append(anAlarm(6));
      t.match(log.stats(), { writable: true, refused: 0 });
      await log.close();

      t.strictSame(alarms, ['audit-segment-failed', 'audit-unwritable', 'audit-writable-again']);
      t.strictSame(await countsThatCount(directory), [1, 6]);
      t.ok(
        (await linesOf(directory)).some(
          (line) => line.includes('"alarm":"audit-unwritable"') && line.includes('"count":4'),
        ),
      );
      t.equal((await segmentPaths(directory)).length, 2, 'tries that failed leave no files');
    },
  );

void t.test('between two tries of a broken disk entries are refused without touching it', async (t) => {
  const disk = failingDisk();
  const { log } = await aLog(t, { disk, retryMs: 60_000 });
  disk.fault = 'sync';
  await t.rejects(log.append(anAlarm(1)), { code: 'AUDIT_UNWRITABLE' });
  const { syncs } = disk;
  await t.rejects(log.append(anAlarm(2)), { code: 'AUDIT_UNWRITABLE' });
  t.equal(disk.syncs, syncs);
});

void t.test('what comes while a group is written is one group with one sync', async (t) => {
  const disk = failingDisk();
  const { log } = await aLog(t, { disk });
  let go: () => void = () => undefined;
  disk.stalled = new Promise((resolve) => {
    go = resolve;
  });
  const before = disk.syncs;
  const first = log.append(anAlarm(0));
  while (disk.syncs === before) await new Promise((resolve) => setImmediate(resolve));
  const others = Array.from({ length: 500 }, (_, i) => log.append(anAlarm(i + 1)));
  t.equal(log.stats().waiting, 501);
  t.ok(log.stats().waitingMs >= 0);
  go();
  await Promise.all([first, ...others]);
  t.equal(disk.syncs - before, 2);
  t.match(log.stats(), { lastGroupEntries: 500, waiting: 0 });
});

void t.test('more entries than may wait are refused, the waiting ones are not', async (t) => {
  const disk = failingDisk();
  const { log } = await aLog(t, { disk, queueLimit: 3 });
  let go: () => void = () => undefined;
  disk.stalled = new Promise((resolve) => {
    go = resolve;
  });
  const before = disk.syncs;
  const waiting = [log.append(anAlarm(0))];
  while (disk.syncs === before) await new Promise((resolve) => setImmediate(resolve));
  for (let i = 1; i <= 3; i += 1) waiting.push(log.append(anAlarm(i)));
  await t.rejects(log.append(anAlarm(4)), { code: 'AUDIT_OVERLOADED' });
  go();
  await Promise.all(waiting);
  await log.append(anAlarm(5));
});

void t.test('closing writes what waits; what comes later is refused', async (t) => {
  const { directory, log } = await aLog(t);
  const waiting = Array.from({ length: 50 }, (_, i) => log.append(anAlarm(i)));
  const closed = log.close();
  await t.rejects(log.append(anAlarm(99)), { code: 'AUDIT_CLOSED' });
  await Promise.all([...waiting, closed]);
  t.equal((await countsThatCount(directory)).length, 50);
  t.match((await linesOf(directory)).at(-1), /"type":"segment.closed"/);
});

void t.test(
  'a log that cannot write its first line does not open, and gives the directory back',
  async (t) => {
    const disk = failingDisk();
    const { directory, log } = await aLog(t);
    await log.close();
    disk.fault = 'sync';
    await t.rejects(aLog(t, { directory, disk }), { code: 'AUDIT_UNWRITABLE' });
    await aLog(t, { directory });
  },
);

void t.test('an entry of another shape is refused by itself', async (t) => {
  const { log } = await aLog(t);
  const odd = { type: 'node.alarm', node: 'x' } as unknown as ReturnType<typeof anAlarm>;
  const [, refused] = await Promise.allSettled([
    log.append(anAlarm(1)),
    log.append(odd),
    log.append(anAlarm(2)),
  ]);
  t.match(refused, { reason: { code: 'AUDIT_ENTRY', message: /node\.alarm.*alarm/ } });
});
