/**
 * Makes a chain of a million entries in compressed segments and measures pages of it: `npx tsx test/bench/audit-million.ts [DIRECTORY [COUNT]]`.
 * A directory that is there already is measured as it is.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { compressSegment } from '../../gateway/audit/compress-segment.ts';
import { countEntries } from '../../gateway/audit/count.ts';
import type { EntryWish } from '../../gateway/audit/entry-filter.ts';
import { bodyOf, noHash, seal } from '../../gateway/audit/line.ts';
import { query } from '../../gateway/audit/query.ts';
import { segmentIndex } from '../../gateway/audit/segment-index.ts';

const [directory = '/tmp/sluice-audit-million', count = '1000000'] = process.argv.slice(2);
const chain = 'A-AAAAAAAAAAAAAAAA';
const segmentBytes = 64 * 1024 * 1024;
const begin = 1_790_000_000_000;

function id(prefix: string, number: number): string {
  return `${prefix}-${number.toString(32).toUpperCase().padStart(8, '0')}`;
}

/** Operations of 500 people on 200 repositories, a grant for each ten, and three entries each. */
function bodyAt(i: number): string {
  const operation = Math.floor(i / 3);
  const grant = Math.floor(operation / 10);
  const about = {
    operationId: id('O', operation),
    principalId: id('P', grant % 500),
    repository: `hub/acme/repository-${grant % 200}`,
    grantIds: [id('G', grant)],
  };
  const at = begin + i * 1_000;
  if (i % 3 === 0)
    return bodyOf(at, {
      type: 'operation.started',
      ...about,
      door: 'https',
      address: '192.0.2.7',
      right: 'push',
      endsAt: at + 3_600_000,
      basis: {
        seq: i,
        now: at,
        grants: [{ id: id('G', grant), version: 1, endsAt: at, state: 'live' }],
        locks: [],
        policy: noHash,
        groups: ['engineering'],
        decide: 1,
      },
    });
  if (i % 3 === 1)
    return bodyOf(at, {
      type: 'push.commands',
      ...about,
      updates: [{ ref: 'refs/heads/main', oldId: '0'.repeat(40), newId: 'a'.repeat(40), kind: 'create' }],
    });
  return bodyOf(at, {
    type: 'operation.ended',
    ...about,
    outcome: 'completed',
    bytesUp: i,
    bytesDown: 2 * i,
    startedAt: at,
  });
}

async function generate(): Promise<void> {
  await mkdir(directory, { recursive: true });
  let [seq, prev, segment, bytes] = [0, noHash, 0, 0];
  let lines: string[] = [];
  let after: { segment: number; offset: number } | undefined;
  const put = (body: string): void => {
    const sealed = seal({ chain, seq: seq + 1, prev }, body);
    [seq, prev, bytes] = [seq + 1, sealed.hash, bytes + sealed.line.length];
    lines.push(sealed.line);
  };
  const write = async (isLast: boolean): Promise<void> => {
    const name = `${chain}-${String(segment).padStart(8, '0')}.jsonl`;
    await writeFile(join(directory, name), lines.join(''));
    if (!isLast) await compressSegment(directory, name);
    after = { segment, offset: bytes };
    [lines, bytes] = [[], 0];
  };
  for (let i = 0; i < Number(count); i += 1) {
    if (bytes >= segmentBytes) await write(false);
    if (bytes === 0) {
      segment += 1;
      put(bodyOf(begin, { type: 'segment.opened', segment, node: 'gw-1', after }));
    }
    put(bodyAt(i));
  }
  await write(true);
}

async function measure(what: string, wish: EntryWish, limit: number): Promise<void> {
  const started = performance.now();
  let [found, read] = [0, 0];
  for await (const step of query([directory], wish)) {
    found += step.found.length;
    read += 1;
    if (found >= limit) break;
  }
  const ms = Math.round(performance.now() - started);
  const mib = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`${what}: ${found} found in ${read} parts, ${ms} ms, ${mib} MiB resident\n`);
}

if (!existsSync(directory)) await generate();
const files = (await readdir(directory)).filter((name) => name.startsWith('A-')).sort();
process.stdout.write(`${count} entries in ${files.length} segments\n`);
for (const name of await readdir(directory)) if (name.endsWith('.index')) await rm(join(directory, name));
const started = performance.now();
for (const name of files.slice(0, -1)) await segmentIndex(join(directory, name));
process.stdout.write(`indices made in ${Math.round(performance.now() - started)} ms\n`);
const last = Number(count) - 1;
await measure('a grant in the middle', { grantId: id('G', Math.floor(last / 60)) }, 100);
await measure('an operation', { operationId: id('O', Math.floor(last / 9)) }, 100);
await measure('a person, a page', { principalId: id('P', 77) }, 100);
await measure(
  'a person in an hour',
  { principalId: id('P', 77), from: begin + last * 500, to: begin + last * 500 + 3_600_000 },
  100,
);
await measure('a repository, a page', { repository: 'hub/acme/repository-7' }, 100);
await measure('a grant that is not there', { grantId: 'G-NONE0000' }, 100);
await measure('a type that is there seldom', { type: 'segment' }, 100);

async function countedOverTime(what: string, wish: EntryWish): Promise<void> {
  const started = performance.now();
  const { stretches } = await countEntries({ directory }, wish, 60);
  const counts = stretches.flatMap(({ kinds }) => kinds.map(({ count }) => count));
  const total = counts.reduce((sum, of) => sum + of, 0);
  const ms = Math.round(performance.now() - started);
  process.stdout.write(`${what} over time: ${total} in ${stretches.length} stretches, ${ms} ms\n`);
}

await countedOverTime('all', {});
await countedOverTime('all of a type', { type: 'operation.ended' });
await countedOverTime('a tenth of the time', { from: begin + last * 300, to: begin + last * 400 });
await countedOverTime('a person', { principalId: id('P', 77) });
