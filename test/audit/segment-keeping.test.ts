import { createHash } from 'node:crypto';
import { appendFile, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { chainEntries } from '../../gateway/audit/chain-entries.ts';
import { compressSegment } from '../../gateway/audit/compress-segment.ts';
import type { AuditLog } from '../../gateway/audit/log.ts';
import { readEntries } from '../../gateway/audit/read.ts';
import { keepSegments, type SegmentKeepingOptions } from '../../gateway/audit/segment-keeping.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { agree } from './both-verifiers.ts';
import { aLog, anAlarm, chainOf } from './logs.ts';

const day = 86_400_000;
/** Compressed, a segment is three members. */
const segmentBytes = 600_000;

interface Kept {
  readonly directory: string;
  readonly log: AuditLog;
  readonly now: { at: number };
  readonly troubles: unknown[];
  /** One round of keeping, waited for. */
  keep(options?: Partial<SegmentKeepingOptions>): Promise<void>;
  files(): Promise<string[]>;
}

/** A log of several closed segments and an open one, a day apart from each other. */
async function aKeptLog(t: Test, segments = 3): Promise<Kept> {
  const now = { at: 1_000 * day };
  const { directory, log } = await aLog(t, { segmentBytes, segmentAgeMs: 9_000 * day, now: () => now.at });
  const message = 'x'.repeat(3_000);
  for (let i = 0; log.stats().segment <= segments; i += 1) {
    await Promise.all(Array.from({ length: 20 }, (_, n) => log.append({ ...anAlarm(20 * i + n), message })));
    if (log.stats().segment > now.at / day - 999) now.at += day;
  }
  const troubles: unknown[] = [];
  return {
    directory,
    log,
    now,
    troubles,
    async keep(options = {}) {
      const keeping = keepSegments(log, {
        directory,
        compress: true,
        now: () => now.at,
        onTrouble: (error) => troubles.push(error),
        ...options,
      });
      keeping.begin();
      await keeping.settled();
      await keeping.close();
    },
    files: async () => (await readdir(directory)).filter((name) => name.startsWith('A-')).sort(),
  };
}

async function numbers(directory: string, first: 'oldest' | 'newest'): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor: string | undefined, go = true; go; go = cursor !== undefined) {
    const given = cursor === undefined ? {} : { cursor };
    const page = await readEntries({ directory }, { type: 'node.alarm', limit: 97, first, ...given });
    found.push(...page.entries.map(({ count }) => count));
    cursor = page.cursor;
  }
  return found;
}

void t.test('closed segments are compressed, and everything reads them as before', async (t) => {
  const { directory, log, keep, files, troubles } = await aKeptLog(t);
  const before = await Promise.all((await files()).map((name) => readFile(join(directory, name))));
  const [oldest, newest] = [await numbers(directory, 'oldest'), await numbers(directory, 'newest')];
  await keep();

  t.strictSame(troubles, []);
  const names = await files();
  t.strictSame(
    names.map((name) => name.endsWith('.gz')),
    [true, true, true, false],
  );
  for (const [i, name] of names.slice(0, -1).entries())
    t.ok(gunzipSync(await readFile(join(directory, name))).equals(before[i] ?? Buffer.alloc(0)), name);
  t.strictSame(await numbers(directory, 'oldest'), oldest);
  t.strictSame(await numbers(directory, 'newest'), newest);
  const steps: string[] = [];
  for await (const some of chainEntries([directory])) steps.push(...some.map(({ kind }) => kind));
  t.equal(steps.length, log.head().seq);
  t.notOk(steps.includes('gap'));
  t.match(await agree(t, directory, 'compressed'), { faults: [] });
  t.match(await verify([directory]), { chains: [{ lastSeq: log.head().seq, segments: 4 }] });
});

void t.test('gzip of another make is read too', async (t) => {
  const { directory, files } = await aKeptLog(t);
  const [oldest, newest] = [await numbers(directory, 'oldest'), await numbers(directory, 'newest')];
  const [, second = ''] = await files();
  await writeFile(join(directory, `${second}.1.gz`), gzipSync(await readFile(join(directory, second))));
  await rm(join(directory, second));
  t.match(await agree(t, directory, 'by logrotate'), { faults: [] });
  t.strictSame(await numbers(directory, 'oldest'), oldest);
  t.strictSame(await numbers(directory, 'newest'), newest);
});

void t.test('a crash while a segment is compressed leaves a log that reads as before', async (t) => {
  const { directory, keep, files } = await aKeptLog(t);
  const [first = ''] = await files();
  const whole = await numbers(directory, 'oldest');
  await writeFile(join(directory, `.${first}.partial.gz`), gzipSync('half').subarray(0, 15));
  t.match(await agree(t, directory, 'half written'), { faults: [] });
  await copyFile(join(directory, first), join(directory, 'aside'));
  await compressSegment(directory, first);
  await rename(join(directory, 'aside'), join(directory, first));

  t.match(await agree(t, directory, 'both there'), { faults: [] });
  t.strictSame(await numbers(directory, 'oldest'), whole);
  await keep();
  t.strictSame(
    (await files()).filter((name) => name.startsWith(first)),
    [`${first}.gz`],
  );
  t.strictSame(await numbers(directory, 'oldest'), whole);
});

void t.test('both verifiers name a compressed segment that is damaged or was changed', async (t) => {
  const { directory, keep, files } = await aKeptLog(t);
  await keep();
  const [, name = ''] = await files();
  const path = join(directory, name);
  const before = await readFile(path);
  const lines = gunzipSync(before).toString('latin1').split('\n');
  const damaged: Readonly<Record<string, readonly [Buffer, number]>> = {
    'cut short': [before.subarray(0, before.length - 9), 1],
    'a bit of it': [flipped(before, before.length >> 1), 1],
    'a bit of its checksum': [flipped(before, before.length - 5), 1],
    'no gzip': [Buffer.from('nothing\n'), 1],
    'a line changed': [gzipSync(lines.with(4, (lines[4] ?? '').replace('number', 'lumber')).join('\n')), 5],
    'a line dropped': [gzipSync(lines.toSpliced(4, 1).join('\n')), 5],
  };
  for (const [what, [bytes, line]] of Object.entries(damaged)) {
    await writeFile(path, bytes);
    t.match((await agree(t, directory, what)).faults, [{ file: path, line }], what);
    await t.resolves(readEntries({ directory }, { limit: 1_000, first: 'newest' }), what);
  }
});

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}

void t.test('the archive gets each closed segment once, and an auditor may give both', async (t) => {
  const { directory, keep, files, troubles } = await aKeptLog(t);
  const archive = join(await temporaryDirectory(t), 'archive');
  await keep({ archive });
  t.match(troubles, [{ message: /archive is not there/ }]);
  await mkdir(archive);
  await keep({ archive });

  t.equal(troubles.length, 1);
  const closed = (await files()).slice(0, -1);
  t.strictSame((await readdir(archive)).sort(), closed);
  for (const name of closed)
    t.ok((await readFile(join(archive, name))).equals(await readFile(join(directory, name))), name);
  t.match(await verify([archive, directory]), { faults: [], chains: [{ segments: 4 }] });
});

void t.test('what is too old is deleted, and the chain says so and verifies', async (t) => {
  const { directory, log, keep, files, now } = await aKeptLog(t);
  const [first = '', second = '', third = ''] = await files();
  const bytes = await readFile(join(directory, first));
  now.at = 1_002 * day + 1;
  await keep({ retentionMs: 2 * day });

  t.strictSame((await files()).slice(0, 1), [`${second}.gz`]);
  const { entries } = await readEntries({ directory }, { type: 'segment.deleted', limit: 10 });
  const lines = bytes.toString('latin1').trimEnd().split('\n');
  const last = JSON.parse(lines.at(-1) ?? '') as { seq: number; hash: string };
  t.match(entries, [
    {
      segment: 1,
      firstSeq: 1,
      lastSeq: last.seq,
      lastHash: last.hash,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      archived: false,
    },
  ]);
  t.match(await agree(t, directory, 'one deleted'), { faults: [] });
  t.match(await verify([directory]), { chains: [{ firstSeq: last.seq + 1, lastSeq: log.head().seq }] });
  await rm(join(directory, `${second}.gz`));
  t.match((await agree(t, directory, 'one more gone')).faults, [
    { file: join(directory, `${third}.gz`), line: 1 },
  ]);
  t.match((await verify([directory])).faults, [
    { what: /entries 1 to \d+ are not here, and no segment.deleted/ },
  ]);
});

void t.test('a writer goes on in a directory whose first segments were deleted', async (t) => {
  const { directory, log, keep, now } = await aKeptLog(t);
  now.at += 10 * day;
  await keep({ retentionMs: day });
  await log.close();
  const again = await aLog(t, { directory });
  await again.log.append(anAlarm(1));
  t.match(await agree(t, directory, 'gone on'), { faults: [] });
  t.match(await verify([directory]), { chains: [{ segments: 2, lastSeq: again.log.head().seq }] });
});

void t.test(
  'what was deleted is read from the archive, in its order, with what other chains keep there left out',
  async (t) => {
    const { directory, keep, files, now } = await aKeptLog(t);
    const archive = await temporaryDirectory(t);
    await writeFile(
      join(archive, 'A-BBBBBBBBBBBBBBBB-00000001.jsonl'),
      chainOf('A-BBBBBBBBBBBBBBBB', [{ type: 'node.alarm', node: 'x', alarm: 'other', message: 'other' }]),
    );
    const whole = await readEntries({ directory }, { limit: 10_000 });
    now.at += 10 * day;
    await keep({ archive, retentionMs: day });
    t.equal((await files()).length, 1);

    for (const first of ['oldest', 'newest'] as const) {
      const seqs: number[] = [];
      let cursor: string | undefined;
      do {
        const given = cursor === undefined ? {} : { cursor };
        const page = await readEntries({ directory, archive }, { limit: 37, first, ...given });
        seqs.push(...page.entries.map(({ seq }) => seq));
        cursor = page.cursor;
      } while (cursor !== undefined);
      const ordered = first === 'oldest' ? seqs : seqs.toReversed();
      t.ok(seqs.length > whole.entries.length, first);
      t.strictSame(
        ordered,
        seqs.map((_, i) => i + 1),
        `${first}: each once, in order`,
      );
    }
    const { seen } = await readEntries({ directory, archive }, { type: 'node.alarm', limit: 10_000 });
    t.match(seen, [{ fromSeq: 1 }], 'one range, from the first entry on');
    const gone = await readEntries({ directory, archive: join(archive, 'not-mounted') }, { limit: 10 });
    t.not(gone.entries[0]?.seq, 1, 'an archive that is away takes nothing of the rest with it');
  },
);

void t.test('with an archive nothing is deleted whose copy is not the same', async (t) => {
  const { directory, keep, files, now, troubles } = await aKeptLog(t);
  const archive = await temporaryDirectory(t);
  await keep({ archive });
  const before = await files();
  now.at += 10 * day;
  const copy = join(archive, before[1] ?? '');
  await writeFile(copy, gzipSync('something else\n'));
  await keep({ archive, retentionMs: day });

  t.match(troubles, [{ message: /is not deleted: its copy in .* is not the same/ }]);
  t.strictSame(await files(), before.slice(1));
  const { entries } = await readEntries({ directory }, { type: 'segment.deleted', limit: 10 });
  t.match(entries, [{ segment: 1, archived: true }]);
  t.match(await verify([archive, directory]), { faults: [{ file: copy, line: 1 }] });
});

void t.test('bytes that never counted are kept through compressing, and still do not count', async (t) => {
  const { directory, log, files } = await aKeptLog(t, 1);
  await log.append(anAlarm(1));
  const left = await temporaryDirectory(t);
  for (const name of await files()) await copyFile(join(directory, name), join(left, name));
  const [, torn = ''] = await files();
  await appendFile(join(left, torn), `${'torn '.repeat(20_000)}\n{"v":1,`);
  const again = await aLog(t, { directory: left });
  await again.log.append(anAlarm(2));
  const before = await verify([left]);
  await compressSegment(left, torn);

  t.match(await agree(t, left, 'compressed'), { faults: [] });
  t.match(await verify([left]), {
    faults: [],
    chains: before.chains.map(({ torn: [tear] }) => ({ torn: [{ ...tear, file: `${tear?.file}.gz` }] })),
  });
  t.match(before.chains, [{ torn: [{ bytes: 100_008 }] }]);
});
