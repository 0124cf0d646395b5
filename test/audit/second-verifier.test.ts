import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { failingDisk } from './failing-disk.ts';
import { aLog, anAlarm, chains, seeded, segmentPaths } from './logs.ts';

interface Answer {
  readonly chains: Readonly<Record<string, number>>;
  readonly faults: readonly { readonly file: string; readonly line: number }[];
  readonly open: readonly string[];
}

/** Asks the verifier that was written from the format page. */
async function second(directory: string): Promise<Answer> {
  const script = fileURLToPath(new URL('./second_verifier.py', import.meta.url));
  const { stdout } = await promisify(execFile)('python3', [script, directory]);
  return JSON.parse(stdout) as Answer;
}

async function ours(directory: string): Promise<Answer> {
  const { chains: found, faults } = await verify([directory]);
  return {
    chains: Object.fromEntries(found.map(({ chain, lastSeq }) => [chain, lastSeq])),
    faults: faults.map(({ file, line }) => ({ file, line })),
    open: found.flatMap(({ openOperations }) => openOperations).toSorted(),
  };
}

async function agree(t: Test, directory: string, what: string): Promise<Answer> {
  const [one, two] = await Promise.all([ours(directory), second(directory)]);
  t.strictSame(two, one, what);
  return one;
}

/** A log of several segments with hostile texts, one of them left torn by a disk that failed. */
async function aLongLog(t: Test): Promise<string> {
  const disk = failingDisk();
  const { directory, log } = await aLog(t, { disk, segmentBytes: 3_000, retryMs: 0 });
  const message = 'ü\u0000\u2028\u202e𝒳\ud800"\\/';
  for (let i = 0; i < 30; i += 1) {
    disk.fault = i === 10 ? 'sync' : 'none';
    await log.append({ ...anAlarm(i), message }).catch(() => undefined);
  }
  await log.close();
  return directory;
}

void t.test(
  'both verifiers are content with an honest log, torn segments and hostile texts included',
  async (t) => {
    const directory = await aLongLog(t);
    t.strictSame((await agree(t, directory, 'as written')).faults, []);
    const { log } = await aLog(t, { directory });
    await log.append(anAlarm(99));
    await appendFile((await segmentPaths(directory)).at(-1) ?? '', '{"v":1');
    t.strictSame((await agree(t, directory, 'being written')).faults, []);
  },
);

const event = {
  type: 'request.withdrawn',
  requestId: 'R-1',
  principalId: 'P-1',
  storeSeq: 7,
  storeAt: 1,
  store: 's',
};
const [a, b] = ['A-AAAAAAAAAAAAAAAA', 'A-BBBBBBBBBBBBBBBB'];

void t.test('both verifiers answer the same of events, operations and closed segments', async (t) => {
  const fixtures: Readonly<Record<string, Parameters<typeof chains>[1]>> = {
    'own twice': { [a]: [event], [b]: [event] },
    adopted: { [a]: [{ ...event, adoptedFrom: b }], [b]: [event] },
    repeated: { [a]: [event, event] },
    'something else': { [a]: [event, { ...event, requestId: 'R-2' }] },
    operations: {
      [a]: [
        { type: 'operation.started', operationId: 'O-1' },
        { type: 'operation.started', operationId: 'O-2' },
      ],
      [b]: [{ type: 'operation.ended', operationId: 'O-2' }],
    },
    'behind the close': { [a]: [{ type: 'segment.closed', segment: 1, reason: 'full' }, event] },
    'opened twice': { [a]: [{ type: 'segment.opened', segment: 1, node: 'x' }] },
  };
  for (const [what, of] of Object.entries(fixtures)) await agree(t, await chains(t, of), what);
});

void t.test('both verifiers name the same line of a log that was tampered with', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  t.comment(`SEED=${seed}`);
  const random = seeded(seed);
  const directory = await aLongLog(t);
  const paths = await segmentPaths(directory);
  let found = 0;
  for (let round = 0; round < 24; round += 1) {
    const path = paths[random(paths.length)] ?? '';
    const before = await readFile(path);
    await writeFile(path, tampered(before, random));
    found += (await agree(t, directory, `round ${round}`)).faults.length;
    await writeFile(path, before);
  }
  t.ok(found > 5, `${found} found`);
});

function tampered(bytes: Buffer, random: (under: number) => number): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const at = random(Math.max(1, lines.length - 1));
  const line = lines[at] ?? '';
  const spots = line.length > 0 ? random(line.length) : 0;
  const ways: readonly (() => readonly string[])[] = [
    () =>
      lines.toSpliced(
        at,
        1,
        `${line.slice(0, spots)}${String.fromCharCode(random(256))}${line.slice(spots + 1)}`,
      ),
    () => lines.toSpliced(at, 1),
    () => lines.toSpliced(at, 0, line),
    () => lines.toSpliced(at, 2, lines[at + 1] ?? '', line),
    () => lines.toSpliced(at, 1, `${line} `),
    () => lines.slice(0, at + 1),
    () => [...lines.slice(0, -1), 'more'],
    () => lines.toSpliced(at, 1, ''),
  ];
  return Buffer.from((ways[random(ways.length)]?.() ?? lines).join('\n'), 'latin1');
}
