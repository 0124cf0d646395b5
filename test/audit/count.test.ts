import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { compressSegment } from '../../gateway/audit/compress-segment.ts';
import { type CountWish, countEntries } from '../../gateway/audit/count.ts';
import { type EntryWish, entryFilter } from '../../gateway/audit/entry-filter.ts';
import { parseLine, type SealedEntry } from '../../gateway/audit/line.ts';
import { indexName } from '../../gateway/audit/segment-index.ts';
import { type CountedTime, kindOf, TimeCounts } from '../../gateway/audit/time-counts.ts';
import { aLog, anAlarm, linesOf, seeded, segmentPaths } from './logs.ts';

const start = 1_790_000_000_000;

/** Some hours of operations and alarms in segments of several parts, the first compressed; what each entry is, beside. */
async function someHours(t: Test) {
  let now = start;
  const { directory, log } = await aLog(t, { segmentBytes: 900_000, segmentAgeMs: 1e12, now: () => now });
  const next = seeded(11);
  for (let group = 0; group < 60; group += 1) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        now += next(8_000);
        if (next(500) === 0) return log.append(anAlarm(i));
        return log.append({
          type: 'operation.ended',
          operationId: `O-${100 * group + i}`,
          principalId: `P-${next(7)}`,
          repository: `hub/app-${Math.floor(group / 4)}`,
          outcome: next(9) === 0 ? 'cut' : 'completed',
          grantIds: [`G-${group}`],
          bytesUp: group,
          bytesDown: i,
        });
      }),
    );
  }
  const entries = (await linesOf(directory)).map((line) => parseLine(Buffer.from(line, 'latin1')));
  const [first = ''] = (await readdir(directory)).filter((name) => name.startsWith('A-')).sort();
  await compressSegment(directory, first);
  return { directory, log, entries, last: now };
}

/** The same by looking at each entry. */
function byHand(
  entries: readonly SealedEntry[],
  wish: EntryWish,
  spanMs: number,
): readonly (readonly [string, number])[] {
  const { holds } = entryFilter(wish);
  const counts = new Map<string, number>();
  for (const entry of entries.filter(holds)) {
    const key = `${Math.floor(entry.at / spanMs) * spanMs} ${kindOf(entry)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sorted(counts);
}

function listed({ stretches }: CountedTime): readonly (readonly [string, number])[] {
  return sorted(
    stretches.flatMap(({ from, kinds }) =>
      kinds.map(({ count, ...kind }) => [`${from} ${kindOf(kind)}`, count] as const),
    ),
  );
}

function sorted(counts: Iterable<readonly [string, number]>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

void t.test('what is counted is what is there, whatever is wished for', async (t) => {
  const { directory, entries, last } = await someHours(t);
  const middle = start + Math.floor((last - start) / 2);
  const wishes: readonly EntryWish[] = [
    {},
    { from: middle },
    { from: start + 60_000, to: middle },
    { principalId: 'P-3' },
    { repository: 'hub/app-4' },
    { grantId: 'G-17' },
    { operationId: 'O-2345' },
    { type: 'operation.ended' },
    { type: 'node' },
    { type: 'node.alarm', from: middle },
    { type: 'node.ala' },
    { principalId: 'P-3', repository: 'hub/app-2', from: start, to: last },
    { principalId: 'P-none' },
  ];
  t.ok((await segmentPaths(directory)).length > 1);
  for (const wish of wishes) {
    const counted = await countEntries({ directory }, wish, 60);
    t.strictSame(listed(counted), byHand(entries, wish, counted.spanMs), JSON.stringify(wish));
    const [first] = counted.stretches;
    const end = counted.stretches.at(-1);
    if (first === undefined || end === undefined) continue;
    t.ok((end.to - first.from) / counted.spanMs <= 60, 'few stretches');
  }
});

void t.test('of whole parts the index is enough: their bytes are not read', async (t) => {
  const { directory, entries } = await someHours(t);
  const wish = { from: start, to: start + 7_200_000 };
  const before = await countEntries({ directory }, wish, 3);
  // Both ends of the file stay as they are; what lies in one stretch is not looked at.
  const [path = '', open] = await segmentPaths(directory);
  t.ok(open);
  const index = await readFile(join(directory, indexName(basename(path))), 'latin1');
  const [, [from, until] = [0, 0]] = JSON.parse(index.split('\n', 1)[0] ?? '').parts as [number, number][];
  const bytes = await readFile(path);
  bytes.fill(0x78, from + 1, until - 1);
  await writeFile(path, bytes);
  t.strictSame(listed(await countEntries({ directory }, wish, 3)), listed(before));
  t.strictSame(listed(before), byHand(entries, wish, before.spanMs));
});

void t.test('what is behind the last durable entry does not count, nor do lines that are none', async (t) => {
  const { directory, entries } = await someHours(t);
  const lastSeq = (entries.at(-1)?.seq ?? 0) - 5;
  const wish: CountWish = { type: 'operation.ended', lastSeq };
  const open = (await segmentPaths(directory)).at(-1) ?? '';
  await writeFile(
    open,
    Buffer.concat([await readFile(open), Buffer.from('{"type":"operation.ended"}\n{"half')]),
  );
  const counted = await countEntries({ directory }, wish, 60);
  const durable = entries.filter(({ seq }) => seq <= lastSeq);
  t.strictSame(listed(counted), byHand(durable, { type: 'operation.ended' }, counted.spanMs));
});

void t.test(
  'a compressed segment that was cut short is not among what was seen, and the others are counted',
  async (t) => {
    const { directory, entries } = await someHours(t);
    const [broken = ''] = (await readdir(directory)).filter((name) => name.endsWith('.gz'));
    await truncate(join(directory, broken), 1_000);
    const counted = await countEntries({ directory }, {}, 60);
    const [range] = counted.seen;
    t.strictSame(counted.seen.length, 1);
    const kept = entries.filter(
      ({ seq }) => range !== undefined && range.fromSeq <= seq && seq <= range.toSeq,
    );
    t.equal(kept.at(-1), entries.at(-1));
    t.ok(kept.length < entries.length, 'not all was seen');
    const { spanMs } = counted;
    const counts = new Map(listed(counted));
    for (const [kind, count] of byHand(kept, {}, spanMs)) t.ok((counts.get(kind) ?? 0) >= count, kind);
  },
);

void t.test('stretches grow, and keep what was counted', (t) => {
  const counts = new TimeCounts(10);
  const moments = [0, 50, 99, 100, 950, 86_400_000, 86_400_000 * 300, -5];
  for (const at of moments) counts.add(at, 'a');
  const { spanMs, stretches } = counts.counted();
  t.equal(spanMs % 604_800_000, 0);
  t.equal(
    stretches.reduce((sum, { kinds: [kind] }) => sum + (kind?.count ?? 0), 0),
    moments.length,
  );
  for (const { from, to } of stretches) t.equal(to - from, spanMs);
  t.ok((stretches.at(-1)?.to ?? 0) - (stretches[0]?.from ?? 0) <= 10 * spanMs);
  t.end();
});

void t.test('an outcome that is no word of ours is no kind of its own', (t) => {
  t.equal(kindOf({ type: 'operation.ended', outcome: 'cut' }), 'operation.ended cut');
  t.equal(kindOf({ type: 'operation.ended', outcome: 'a b' }), 'operation.ended');
  t.equal(kindOf({ type: 'operation.ended', outcome: 7 }), 'operation.ended');
  t.end();
});
