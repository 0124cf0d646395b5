import { appendFile, copyFile, readdir, rename, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t from 'tap';
import { type EntryFilter, readEntries } from '../../gateway/audit/read.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm, segmentPaths } from './logs.ts';

/** The numbers of all pages, one after the other. */
async function numbers(directory: string, filter: EntryFilter): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await readEntries({ directory }, { ...filter, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.entries.map(({ count }) => count as number));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const hundred = Array.from({ length: 100 }, (_, i) => i);

async function aHundred(t: Parameters<typeof aLog>[0]): Promise<string> {
  const { directory, log } = await aLog(t, { segmentBytes: 8_192 });
  for (const i of hundred) await log.append(anAlarm(i));
  return directory;
}

for (const limit of [1, 7, 100, 1_000])
  void t.test(`pages of ${limit} go on where the one before ended, from either end`, async (t) => {
    const directory = await aHundred(t);
    t.strictSame(await numbers(directory, { type: 'node.alarm', limit }), hundred);
    t.strictSame(
      await numbers(directory, { type: 'node.alarm', limit, first: 'newest' }),
      hundred.toReversed(),
    );
  });

for (const limit of [1, 3, 100])
  void t.test(
    `of closed segments an index says where to look, from either end (pages of ${limit})`,
    async (t) => {
      const { directory, log } = await aLog(t, { segmentBytes: 16_384 });
      for (const i of hundred) {
        for (let j = 0; j < 5; j += 1) await log.append(anAlarm(1_000 + i));
        await log.append({ ...anAlarm(i), ...(i % 9 === 0 ? { principalId: 'P-RARE' } : {}) });
      }
      const rare = hundred.filter((i) => i % 9 === 0);
      const wish = { principalId: 'P-RARE', limit };
      t.strictSame(await numbers(directory, wish), rare);
      t.strictSame(await numbers(directory, { ...wish, first: 'newest' }), rare.toReversed());
      const names = await readdir(directory);
      t.equal(
        names.filter((name) => name.endsWith('.index')).length,
        names.filter((name) => name.endsWith('.jsonl')).length - 1,
        'each closed segment has its index now',
      );
    },
  );

void t.test('a page newest first stays in its place while entries come', async (t) => {
  const { directory, log } = await aLog(t);
  for (let i = 0; i < 10; i += 1) await log.append(anAlarm(i));
  const page = await readEntries({ directory }, { type: 'node.alarm', limit: 4, first: 'newest' });
  for (let i = 10; i < 20; i += 1) await log.append(anAlarm(i));
  const next = await readEntries(
    { directory },
    {
      type: 'node.alarm',
      limit: 4,
      first: 'newest',
      cursor: page.cursor ?? '',
    },
  );
  t.strictSame(
    next.entries.map(({ count }) => count),
    [5, 4, 3, 2],
  );
});

void t.test('lines longer than a block are read from either end', async (t) => {
  const { directory, log } = await aLog(t);
  const list = Array.from({ length: 400 }, () => 'x'.repeat(1_000));
  for (let i = 0; i < 5; i += 1) {
    const long = { ...anAlarm(2 * i), list };
    await log.append(long);
    await log.append(anAlarm(2 * i + 1));
  }
  const ten = Array.from({ length: 10 }, (_, i) => i);
  t.strictSame(await numbers(directory, { type: 'node.alarm', limit: 3 }), ten);
  t.strictSame(await numbers(directory, { type: 'node.alarm', limit: 3, first: 'newest' }), ten.toReversed());
});

void t.test('what was never acknowledged is not read, whole lines included', async (t) => {
  const { directory, log } = await aLog(t);
  await log.append(anAlarm(1));
  const left = await temporaryDirectory(t);
  const [first = ''] = await segmentPaths(directory);
  await copyFile(first, join(left, basename(first)));
  await appendFile(join(left, basename(first)), 'torn');
  const again = await aLog(t, { directory: left });
  await again.log.append(anAlarm(2));
  await appendFile((await segmentPaths(left)).at(-1) ?? '', '{"unfinished');

  for (const order of ['oldest', 'newest'] as const) {
    const found = await numbers(left, { type: 'node.alarm', limit: 10, first: order });
    t.strictSame(found.toSorted(), [1, 2]);
  }
});

void t.test('a segment that was renamed is still read in its place', async (t) => {
  const directory = await aHundred(t);
  const [, second = ''] = await segmentPaths(directory);
  await rename(second, `${second}.1`);
  t.strictSame(await numbers(directory, { type: 'node.alarm', limit: 9 }), hundred);
});

void t.test('each filter finds what it names and nothing else', async (t) => {
  let now = 1_000;
  const { directory, log } = await aLog(t, { now: () => now });
  const scope = { repository: 'hub/b\u00fccher', right: 'fetch', refs: [], kinds: [] } as const;
  const grant = { grantId: 'G-1', principalId: 'P-1' };
  await log.append({
    type: 'grant.issued',
    ...grant,
    scope,
    issuedAt: 1,
    endsAt: 2,
    latestEndsAt: 2,
    version: 1,
    rule: 'hub/*',
    critical: false,
    approvers: ['P-2'],
  });
  now = 2_000;
  await log.append({ type: 'grant.revoked', ...grant, by: 'P-3', reason: 'because of P-9' });
  now = 3_000;
  await log.append({
    type: 'lock.made',
    lockId: 'L-1',
    on: { kind: 'principal', principalId: 'P-4' },
    except: [],
    reason: 'x',
    by: 'P-5',
  });
  await log.append({ type: 'lock.lifted', lockId: 'L-1', by: 'P-5' });

  const wishes: readonly (readonly [Partial<EntryFilter>, readonly string[]])[] = [
    [{ principalId: 'P-1' }, ['grant.issued', 'grant.revoked']],
    [{ principalId: 'P-2' }, ['grant.issued']],
    [{ principalId: 'P-3' }, ['grant.revoked']],
    [{ principalId: 'P-4' }, ['lock.made']],
    [{ principalId: 'P-9' }, []],
    [{ grantId: 'G-1' }, ['grant.issued', 'grant.revoked']],
    [{ grantId: 'G' }, []],
    [{ repository: 'hub/b\u00fccher' }, ['grant.issued']],
    [{ repository: 'hub/b' }, []],
    [{ type: 'grant' }, ['grant.issued', 'grant.revoked']],
    [{ type: 'grant.revoked' }, ['grant.revoked']],
    [{ type: 'gran' }, []],
    [{ from: 2_000, to: 3_000 }, ['grant.revoked']],
    [{ from: 3_000, type: 'lock' }, ['lock.made', 'lock.lifted']],
    [{ principalId: 'P-1', type: 'grant.issued', from: 1_000, to: 1_001 }, ['grant.issued']],
  ];
  for (const [wish, types] of wishes) {
    for (const first of ['oldest', 'newest'] as const) {
      const { entries } = await readEntries({ directory }, { ...wish, first, limit: 10 });
      const found = entries.map(({ type }) => type);
      t.strictSame(first === 'oldest' ? found : found.toReversed(), types, JSON.stringify(wish));
    }
  }
});

void t.test('a segment that lost its end is not passed off as looked through, from either end', async (t) => {
  const directory = await aHundred(t);
  const [, second = ''] = await segmentPaths(directory);
  const before = await readEntries({ directory }, { limit: 1_000 });
  t.equal(before.seen.length, 1);
  await truncate(second, (await stat(second)).size - 1_000);
  for (const first of ['oldest', 'newest'] as const) {
    const { seen, entries } = await readEntries({ directory }, { limit: 1_000, first });
    t.equal(seen.length, 2, first);
    const [low, high] = seen;
    t.ok(low !== undefined && high !== undefined && low.toSeq + 1 < high.fromSeq, `${first}: with a gap`);
    const told = seen.flatMap(({ fromSeq, toSeq }) =>
      Array.from({ length: toSeq - fromSeq + 1 }, (_, i) => fromSeq + i),
    );
    t.strictSame(
      told,
      entries.map(({ seq }) => seq).toSorted((a, b) => a - b),
      `${first}: what was read`,
    );
  }
});
