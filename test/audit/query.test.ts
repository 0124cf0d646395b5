import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { compressSegment } from '../../gateway/audit/compress-segment.ts';
import type { EntryWish } from '../../gateway/audit/entry-filter.ts';
import { csvHead, csvRow } from '../../gateway/audit/export-csv.ts';
import { parseLine } from '../../gateway/audit/line.ts';
import { outsideText } from '../../gateway/audit/outside-text.ts';
import { newest, type QueryPlace, query } from '../../gateway/audit/query.ts';
import { indexName, segmentIndex } from '../../gateway/audit/segment-index.ts';
import { aLog, linesOf } from './logs.ts';

const segmentBytes = 700_000;

/** Ends of operations of ten people under 200 grants, in three segments of several parts each, the first compressed. */
async function operations(t: Test): Promise<string> {
  let now = 0;
  const { directory, log } = await aLog(t, { segmentBytes, segmentAgeMs: 1e12, now: () => now });
  for (let group = 0; group < 40; group += 1) {
    now = 1_000 * group;
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        log.append({
          type: 'operation.ended',
          operationId: `O-${100 * group + i}`,
          principalId: `P-${i % 10}`,
          repository: `hub/app-${group}`,
          outcome: 'completed',
          grantIds: [`G-${5 * group + Math.floor(i / 20)}`],
          bytesUp: group,
          bytesDown: i,
        }),
      ),
    );
  }
  const [first = ''] = (await readdir(directory)).filter((name) => name.startsWith('A-')).sort();
  await compressSegment(directory, first);
  return directory;
}

async function found(directory: string, wish: EntryWish, indexed: boolean, after?: QueryPlace) {
  const ids: unknown[] = [];
  let parts = 0;
  for await (const step of query([directory], wish, { indexed, after })) {
    parts += 1;
    ids.push(...step.found.map(({ entry }) => entry.operationId));
  }
  return { ids, parts };
}

const wishes: readonly (readonly [EntryWish, number])[] = [
  [{ grantId: 'G-3' }, 20],
  [{ principalId: 'P-3' }, 400],
  [{ principalId: 'P-3', grantId: 'G-150' }, 2],
  [{ repository: 'hub/app-39' }, 100],
  [{ operationId: 'O-1234' }, 1],
  [{ from: 5_000, to: 7_000, type: 'operation' }, 200],
  [{ grantId: 'G-none' }, 0],
];

void t.test('with indices a query finds what it finds without them, and reads less', async (t) => {
  const directory = await operations(t);
  let [less, all] = [0, 0];
  for (const [wish, count] of wishes) {
    const [one, other] = [await found(directory, wish, true), await found(directory, wish, false)];
    t.strictSame(one.ids, other.ids, JSON.stringify(wish));
    t.equal(one.ids.length, count);
    less += one.parts;
    all += other.parts;
  }
  t.ok(less < all, `${less} parts of ${all}`);
});

void t.test('an index that is missing, stale or broken is made anew', async (t) => {
  const directory = await operations(t);
  const wish = { grantId: 'G-3' };
  const before = await found(directory, wish, true);
  const [name = ''] = (await readdir(directory)).filter((name) => name.startsWith('A-')).sort();
  const path = join(directory, indexName(name.replace('.gz', '')));
  const index = await readFile(path);
  for (const [what, bytes] of Object.entries({
    'cut short': index.subarray(0, index.length - 4),
    'no index': Buffer.from('nothing'),
    'of another segment': Buffer.concat([
      Buffer.from(index.toString('latin1').replace(/"first":"../, '"first":"zz'), 'latin1'),
    ]),
  })) {
    await writeFile(path, bytes);
    t.strictSame(await found(directory, wish, true), before, what);
    t.ok((await readFile(path)).equals(index), what);
  }
  await rm(path);
  t.strictSame(await found(directory, wish, true), before, 'missing');
});

void t.test('an index that points elsewhere cannot make an entry fit', async (t) => {
  const directory = await operations(t);
  const [name = ''] = (await readdir(directory)).filter((name) => name.startsWith('A-')).sort();
  const path = join(directory, name);
  const index = await segmentIndex(path);
  t.ok(index.partsFor({ grantId: 'G-3' }).length < index.partsFor({}).length);
  const kept = join(directory, indexName(name.replace('.gz', '')));
  const bytes = await readFile(kept);
  const pairs = bytes.subarray(bytes.indexOf(0x0a) + 1);
  for (let at = 4; at < pairs.length; at += 8) pairs.writeUInt32LE(0, at);
  await writeFile(kept, bytes);
  for await (const { found } of query([directory], { grantId: 'G-3' }))
    for (const { entry } of found) t.strictSame(entry.grantIds, ['G-3']);
});

void t.test('a query goes on behind a place, and the newest are those of the end', async (t) => {
  const directory = await operations(t);
  const wish = { principalId: 'P-7' };
  const { ids } = await found(directory, wish, true);
  const places: QueryPlace[] = [];
  for await (const step of query([directory], wish)) places.push(...step.found.map(({ place }) => place));
  for (const i of [0, 1, 150, 398, 399])
    t.strictSame((await found(directory, wish, true, places[i])).ids, ids.slice(i + 1), `behind ${i}`);
  for await (const { found } of newest([directory], wish, 12))
    t.strictSame(
      found.map(({ entry }) => entry.operationId),
      ids.slice(-12),
    );
});

const hostile = '=cmd|x\r\n"a\u001b[31m\u0085\u2028\u202e<img/src=x/onerror=alert(1)>';

void t.test('CSV holds nothing that acts on who reads it, and the line itself', async (t) => {
  const { directory, log } = await aLog(t);
  const about = { grantId: 'G-1', principalId: 'P-1', by: '=1+1' };
  await log.append({ type: 'grant.revoked', ...about, reason: hostile });
  await log.append({ type: 'grant.revoked', ...about, reason: outsideText(Buffer.from([0x3d, 0xff])) });
  const revoked = (await linesOf(directory)).filter((line) => line.includes('grant.revoked'));
  for (const line of revoked) {
    const row = csvRow(parseLine(Buffer.from(line)), Buffer.from(line));
    t.match(row, /^[\x20-\x7e]+$/);
    const cells = [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell);
    t.notOk(
      cells.some((cell) => /^[=+\-@|%]/.test(cell)),
      row,
    );
    t.equal(cells.length, csvHead.split(',').length);
    t.equal(cells.at(-1)?.replaceAll('""', '"'), line);
  }
  t.match(revoked[1], '"bytes":"Pf8="');
});
