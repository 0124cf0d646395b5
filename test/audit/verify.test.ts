import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { bodyOf, noHash, seal } from '../../gateway/audit/line.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm, segmentPaths } from './logs.ts';

type Lines = readonly string[];

/** A closed log of 40 entries in one segment, its lines, and a way to write other lines in their place. */
async function aFile(t: Parameters<typeof aLog>[0]) {
  const { directory, log } = await aLog(t);
  for (let i = 0; i < 40; i += 1) await log.append(anAlarm(i));
  await log.close();
  const [path = ''] = await segmentPaths(directory);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return {
    lines,
    async verifying(changed: Lines) {
      await writeFile(path, `${changed.join('\n')}\n`);
      return await verify([directory]);
    },
  };
}

const tamperings: readonly (readonly [string, (lines: Lines) => Lines, line: number])[] = [
  [
    'a flipped digit',
    (lines) => lines.map((line, i) => (i === 10 ? line.replace('number', 'numbex') : line)),
    11,
  ],
  [
    'a flipped digit of the hash',
    (lines) => lines.map((line, i) => (i === 10 ? line.replace(/"hash":"./, '"hash":"x') : line)),
    11,
  ],
  ['a dropped line', (lines) => lines.filter((_, i) => i !== 10), 11],
  ['a doubled line', (lines) => [...lines.slice(0, 11), ...lines.slice(10)], 12],
  [
    'two lines swapped',
    (lines) => [...lines.slice(0, 10), lines[11] ?? '', lines[10] ?? '', ...lines.slice(12)],
    11,
  ],
  ['a dropped beginning', (lines) => lines.slice(5), 1],
  [
    'blanks inside',
    (lines) => lines.map((line, i) => (i === 10 ? line.replace('{"v":1', '{ "v":1') : line)),
    11,
  ],
  [
    'a doubled key',
    (lines) => lines.map((line, i) => (i === 10 ? line.replace('"v":1,', '"v":1,"v":1,') : line)),
    11,
  ],
  ['an empty line', (lines) => [...lines.slice(0, 10), '', ...lines.slice(10)], 11],
  ['a line of something else', (lines) => [...lines.slice(0, 10), 'hello', ...lines.slice(10)], 11],
];

for (const [what, change, line] of tamperings)
  void t.test(`${what} is found at its line`, async (t) => {
    const { lines, verifying } = await aFile(t);
    const { faults } = await verifying(change(lines));

    t.match(faults, [{ line }]);
  });

void t.test('an untouched log has no fault, and says how far it goes', async (t) => {
  const { lines, verifying } = await aFile(t);
  const { chains, faults } = await verifying(lines);

  t.strictSame(faults, []);
  t.match(chains, [
    { firstSeq: 1, lastSeq: lines.length, entries: lines.length, openOperations: [], tornBytes: 0 },
  ]);
});

void t.test('a tail cut off cannot be seen in the files, and is not claimed to be', async (t) => {
  const { lines, verifying } = await aFile(t);
  const { chains, faults } = await verifying(lines.slice(0, 20));

  t.strictSame(faults, []);
  t.match(chains, [{ lastSeq: 20 }]);
});

void t.test('a missing segment is a gap', async (t) => {
  const { directory, log } = await aLog(t, { segmentBytes: 4_096 });
  for (let i = 0; i < 60; i += 1) await log.append(anAlarm(i));
  await log.close();
  const paths = await segmentPaths(directory);

  const { faults } = await verify(paths.filter((_, i) => i !== 1));
  t.match(faults, [{ file: paths[2], line: 1 }]);
});

/** A chain written by hand, whole in itself. */
function chainOf(chain: string, entries: readonly ({ type: string } & Record<string, unknown>)[]): string {
  let prev = noHash;
  const opened = { type: 'segment.opened', segment: 1, node: 'x' };
  return [opened, ...entries]
    .map((entry, i) => {
      const sealed = seal({ chain, seq: i + 1, prev }, bodyOf(1, entry));
      prev = sealed.hash;
      return sealed.line;
    })
    .join('');
}

void t.test(
  'an event of the store counts once over all chains; adopted from a dead node it may stand twice',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const [a, b] = ['A-AAAAAAAAAAAAAAAA', 'A-BBBBBBBBBBBBBBBB'];
    const event = {
      type: 'request.withdrawn',
      requestId: 'R-1',
      principalId: 'P-1',
      storeSeq: 7,
      storeAt: 1,
      store: 's',
    };
    const write = (chain: string, entries: Parameters<typeof chainOf>[1]) =>
      writeFile(`${directory}/${chain}-00000001.jsonl`, chainOf(chain, entries));

    await write(a, [event]);
    await write(b, [event]);
    t.match((await verify([directory])).faults, [{ line: 2, what: /event 7 of the store once more/ }]);
    await write(b, [{ ...event, adoptedFrom: a }]);
    t.strictSame((await verify([directory])).faults, []);
    await write(b, [{ ...event, store: 'another' }]);
    t.strictSame((await verify([directory])).faults, []);
  },
);

void t.test('operations without an end are named', async (t) => {
  const directory = await temporaryDirectory(t);
  const chain = 'A-AAAAAAAAAAAAAAAA';
  const started = (operationId: string) => ({ type: 'operation.started', operationId });
  await writeFile(
    `${directory}/${chain}-00000001.jsonl`,
    chainOf(chain, [started('O-1'), started('O-2'), { type: 'operation.ended', operationId: 'O-1' }]),
  );

  t.match((await verify([directory])).chains, [{ openOperations: ['O-2'] }]);
});

void t.test('a chain renamed to stand for another is found', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(`${directory}/A-BBBBBBBBBBBBBBBB-00000001.jsonl`, chainOf('A-AAAAAAAAAAAAAAAA', []));

  t.match((await verify([directory])).faults, [{ line: 1, what: /belongs to chain A-AAAA/ }]);
});
