import { appendFile, copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { agree } from './both-verifiers.ts';
import { failingDisk } from './failing-disk.ts';
import { aLog, anAlarm, chains, seeded, segmentPaths } from './logs.ts';
import { aSignedLog, rechained } from './signed-logs.ts';

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

void t.test('both verifiers pass over what a file got once it was copied and truncated', async (t) => {
  const { directory, log } = await aLog(t, { segmentBytes: 3_000 });
  for (let i = 0; i < 30; i += 1) await log.append(anAlarm(i));
  await log.close();
  const [first = '', second = ''] = await segmentPaths(directory);
  // What the writer put there is written again where the chain goes on.
  const again = (await readFile(second, 'latin1')).split('\n').slice(1, 4).join('\n');
  await rename(first, `${first}.1`);
  await writeFile(first, `${again}\n`);
  t.strictSame((await agree(t, directory, 'copied and truncated')).faults, []);
  await rm(`${first}.1`);
  t.not((await agree(t, directory, 'without the copy')).faults.length, 0);
});

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

void t.test('both verifiers answer the same of signatures and witnesses', async (t) => {
  const signed = await aSignedLog(t);
  const { directory, keyFile, anchorFile } = signed;
  const [path = ''] = await segmentPaths(directory);
  const before = await readFile(path, 'latin1');
  const lines = before.split('\n');
  const tampered: Readonly<Record<string, string>> = {
    'as written': before,
    'cut off with its checkpoints': `${lines.slice(0, 20).join('\n')}\n`,
    'cut off behind its last anchor': `${lines.slice(0, -2).join('\n')}\n`,
    'written anew without the key': rechained(lines.map((line) => line.replace('number 3"', 'number 4"'))),
    'written anew without checkpoints': rechained(lines.filter((line) => !line.includes('audit.checkpoint'))),
    'with fewer checkpoints': rechained(
      lines.filter((line, i) => i < 8 || !line.includes('audit.checkpoint')),
    ),
  };
  for (const [what, text] of Object.entries(tampered)) {
    await writeFile(path, text, 'latin1');
    for (const given of [{ anchors: [] }, { keyFile, anchors: [] }, { keyFile, anchors: [anchorFile] }])
      await agree(t, directory, `${what}, ${given.anchors.length} anchors`, given);
  }
});

void t.test('both verifiers hold a chain against what the checkpoints of another say of it', async (t) => {
  const one = await aSignedLog(t);
  const two = await aSignedLog(t, { signingKey: one.signingKey, heads: () => [one.head] });
  const [path = ''] = await segmentPaths(one.directory);
  const [other = ''] = await segmentPaths(two.directory);
  await copyFile(other, join(one.directory, basename(other)));
  const given = { keyFile: one.keyFile, anchors: [] };
  t.strictSame((await agree(t, one.directory, 'both here', given)).faults, []);
  const lines = (await readFile(path, 'latin1')).split('\n');
  await writeFile(path, `${lines.slice(0, 20).join('\n')}\n`);
  t.match((await agree(t, one.directory, 'one cut off', given)).faults, [{ file: path, line: 21 }]);
});

void t.test('the second verifier has at most 100 lines', async (t) => {
  const text = await readFile(new URL('./second_verifier.py', import.meta.url), 'utf8');
  t.ok(text.split('\n').length <= 101);
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
