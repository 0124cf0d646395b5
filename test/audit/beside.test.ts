import { appendFile, readFile } from 'node:fs/promises';
import t from 'tap';
import type { EntryOf } from '../../gateway/audit/entry.ts';
import { openPeople } from '../../gateway/audit/people.ts';
import { readEntries } from '../../gateway/audit/read.ts';
import { foldRefusals } from '../../gateway/audit/refusal-folding.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { fakeClock } from '../relay/clock.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm } from './logs.ts';

const ana = { id: 'P-1', issuer: 'https://i', subject: 'ana', name: 'Ana', email: 'ana@x.test' };

void t.test(
  'people outlive a restart, the last said of each counts, and a torn line costs only itself',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const people = await openPeople(directory);
    await people.note(ana);
    await people.note({ ...ana, name: 'Ana Maria' });
    await appendFile(`${directory}/people.jsonl`, '{"id":"P-2","na');
    const again = await openPeople(directory);
    t.match(again.of('P-1'), { name: 'Ana Maria' });
    await again.note({ ...ana, id: 'P-3' });
    t.match((await openPeople(directory)).of('P-3'), { name: 'Ana' });
  },
);

void t.test('an unchanged person is not written again', async (t) => {
  const directory = await temporaryDirectory(t);
  const people = await openPeople(directory);
  await people.note(ana);
  const before = await readFile(`${directory}/people.jsonl`, 'utf8');
  await people.note({ ...ana });
  t.equal(await readFile(`${directory}/people.jsonl`, 'utf8'), before);
});

void t.test('an erased person is gone from the file, and the chain still verifies', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  const people = await openPeople(directory);
  await people.note(ana);
  t.ok(await people.erase('P-1'));
  await log.close();

  t.notMatch(await readFile(`${directory}/people.jsonl`, 'utf8'), /Ana|ana@/);
  t.notOk(await people.erase('P-1'));
  t.strictSame((await verify([directory])).faults, []);
});

function aFolding() {
  const clock = fakeClock(1_000);
  const written: (EntryOf<'operation.refused'> | EntryOf<'door.refused'>)[] = [];
  const folding = foldRefusals({
    append: async (entry) => void written.push(entry),
    now: () => clock.now(),
    onFailed: () => undefined,
    after: (ms, work) => clock.after(ms, work),
  });
  const refusal = (over: Partial<EntryOf<'operation.refused'>> = {}): EntryOf<'operation.refused'> => ({
    type: 'operation.refused',
    principalId: 'P-1',
    repository: 'hub/app',
    right: 'fetch',
    reason: 'no-grant',
    door: 'https',
    address: '192.0.2.1',
    count: 1,
    firstAt: clock.now(),
    lastAt: clock.now(),
    ...over,
  });
  return { clock, written, folding, refusal };
}

void t.test(
  'the first refusal is written at once, its likes within a minute are one entry with their count',
  async (t) => {
    const { clock, written, folding, refusal } = aFolding();
    for (let i = 0; i < 100; i += 1) {
      folding.refused(refusal());
      await clock.advance(100);
    }
    t.match(written, [{ count: 1 }]);
    await clock.advance(60_000);
    t.match(written, [{ count: 1 }, { count: 99, firstAt: 1_100, lastAt: 10_900 }]);
  },
);

void t.test('refusals of different people, repositories or reasons are kept apart', async (t) => {
  const { written, folding, refusal } = aFolding();
  folding.refused(refusal());
  folding.refused(refusal({ repository: 'hub/other' }));
  folding.refused(refusal({ principalId: 'P-2' }));
  folding.refused(refusal({ reason: 'locked' }));
  t.equal(written.length, 4);
});

void t.test(
  'strangers are counted by address and reason, one entry a minute, however many there are',
  async (t) => {
    const { clock, written, folding } = aFolding();
    for (let i = 0; i < 50_000; i += 1)
      folding.knocked({ door: 'https', address: { address: `2001:db8::${i.toString(16)}` } }, 'not-known');
    t.equal(written.length, 0);
    await clock.advance(60_000);
    t.ok(written.length <= 10_001, `${written.length} entries`);
    t.equal(
      written.reduce((sum, { count }) => sum + count, 0),
      50_000,
    );
  },
);

void t.test('what is counted is written when the node stops', async (t) => {
  const { written, folding, refusal } = aFolding();
  folding.refused(refusal());
  folding.refused(refusal());
  folding.knocked({ door: 'https', address: { address: '192.0.2.1' } }, 'not-known');
  await folding.flush();
  t.match(written, [{ count: 1 }, { count: 1 }, { type: 'door.refused', count: 1 }]);
});

void t.test('a page of entries goes on where the one before ended, by every filter', async (t) => {
  const { directory, log } = await aLog(t, { segmentBytes: 8_192 });
  for (let i = 0; i < 100; i += 1) await log.append(anAlarm(i));
  const counts: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await readEntries(directory, {
      type: 'node.alarm',
      limit: 7,
      ...(cursor === undefined ? {} : { cursor }),
    });
    counts.push(...page.entries.map(({ count }) => count as number));
    cursor = page.cursor;
  } while (cursor !== undefined);
  t.strictSame(
    counts,
    Array.from({ length: 100 }, (_, i) => i),
  );
  t.strictSame((await readEntries(directory, { type: 'grant', limit: 10 })).entries, []);
  t.strictSame((await readEntries(directory, { principalId: 'P-1', limit: 10 })).entries, []);
  t.strictSame((await readEntries(directory, { from: Date.now() + 1_000, limit: 10 })).entries, []);
});
