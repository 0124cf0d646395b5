import { appendFile, copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aLog, anAlarm, chainOf, chains, segmentPaths } from './logs.ts';

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

const [chainA, chainB] = ['A-AAAAAAAAAAAAAAAA', 'A-BBBBBBBBBBBBBBBB'];

const withdrawn = {
  type: 'request.withdrawn',
  requestId: 'R-1',
  principalId: 'P-1',
  storeSeq: 7,
  storeAt: 1,
  store: 's',
};
const stores: readonly (readonly [string, Record<string, readonly object[]>, RegExp | undefined])[] = [
  [
    'in two chains as the own of both is a fault',
    { [chainA]: [withdrawn], [chainB]: [withdrawn] },
    /7 of the store once more: chain A-A/,
  ],
  [
    'in two chains, adopted in one, is one event',
    { [chainA]: [withdrawn], [chainB]: [{ ...withdrawn, adoptedFrom: chainA }] },
    undefined,
  ],
  [
    'adopted before its own was read is one event',
    { [chainA]: [{ ...withdrawn, adoptedFrom: chainB }], [chainB]: [withdrawn] },
    undefined,
  ],
  ['twice in one chain, as after a restart, is one event', { [chainA]: [withdrawn, withdrawn] }, undefined],
  [
    'twice with another content is a fault',
    { [chainA]: [withdrawn, { ...withdrawn, requestId: 'R-2' }] },
    /says something else/,
  ],
  [
    'adopted with another content is a fault',
    { [chainA]: [withdrawn], [chainB]: [{ ...withdrawn, requestId: 'R-2', adoptedFrom: chainA }] },
    /says something else/,
  ],
  [
    'of another store is another event',
    { [chainA]: [withdrawn], [chainB]: [{ ...withdrawn, store: 'other' }] },
    undefined,
  ],
];

for (const [what, of, fault] of stores)
  void t.test(`an event of the store ${what}`, async (t) => {
    const { faults, repeatedEvents } = await verify([await chains(t, of as Parameters<typeof chains>[1])]);
    if (fault === undefined) t.strictSame(faults, []);
    else t.match(faults, [{ what: fault }]);
    t.equal(repeatedEvents, what.includes('another store') ? 0 : 1);
  });

const started = (operationId: string) => ({ type: 'operation.started', operationId });
const ended = (operationId: string) => ({ type: 'operation.ended', operationId });

void t.test('operations without an end are named, and are no fault', async (t) => {
  const directory = await chains(t, { [chainA]: [started('O-1'), started('O-2'), ended('O-1')] });
  t.match(await verify([directory]), { faults: [], chains: [{ openOperations: ['O-2'] }] });
});

void t.test(
  'an operation may end in the chain of the node that adopted it, whichever is read first',
  async (t) => {
    const directory = await chains(t, {
      [chainA]: [started('O-1'), ended('O-2')],
      [chainB]: [ended('O-1'), started('O-2')],
    });
    const { chains: found } = await verify([directory]);
    t.strictSame(
      found.flatMap(({ openOperations }) => openOperations),
      [],
    );
  },
);

void t.test('nothing may stand behind the last line of a closed segment', async (t) => {
  const closed = { type: 'segment.closed', segment: 1, reason: 'stopped' };
  const line = await chains(t, { [chainA]: [closed, started('O-1')] });
  t.match((await verify([line])).faults, [{ line: 3, what: /closed segment/ }]);
  const bytes = await chains(t, { [chainA]: [closed] });
  await appendFile(`${bytes}/${chainA}-00000001.jsonl`, 'more');
  t.match((await verify([bytes])).faults, [{ line: 3, what: /closed segment/ }]);
});

void t.test('bytes put behind a closed segment are found when another segment follows, too', async (t) => {
  const { directory, log } = await aLog(t, { segmentBytes: 2_048 });
  for (let i = 0; i < 20; i += 1) await log.append(anAlarm(i));
  await log.close();
  const [first = ''] = await segmentPaths(directory);
  await appendFile(first, 'more');
  t.match((await verify([directory])).faults, [{ file: first, what: /closed segment/ }]);
});

void t.test('the unfinished last line of a log that is being written is no fault', async (t) => {
  const directory = await chains(t, { [chainA]: [started('O-1')] });
  await appendFile(`${directory}/${chainA}-00000001.jsonl`, '{"v":1,');
  t.match(await verify([directory]), { faults: [], chains: [{ tornBytes: 7, attestation: 'unattested' }] });
});

void t.test('a file named twice is read once', async (t) => {
  const directory = await chains(t, { [chainA]: [started('O-1')] });
  const file = `${directory}/${chainA}-00000001.jsonl`;
  t.match(await verify([directory, file, `${directory}/.`]), {
    faults: [],
    chains: [{ segments: 1, entries: 2 }],
  });
});

void t.test(
  'a copy under another name, as logrotate makes it, stands in for the emptied original',
  async (t) => {
    const directory = await chains(t, { [chainA]: [started('O-1')] });
    const file = `${directory}/${chainA}-00000001.jsonl`;
    await copyFile(file, `${file}.1`);
    await truncate(file, 0);
    t.match(await verify([directory]), { faults: [], chains: [{ entries: 2 }] });
  },
);

void t.test('a path that is no segment is told, not passed over', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(`${directory}/notes.txt`, 'x');
  await t.rejects(verify([`${directory}/notes.txt`]), /no segment/);
  await t.rejects(verify([`${directory}/none`]), { code: 'ENOENT' });
});

void t.test('a chain renamed to stand for another is found', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(`${directory}/A-BBBBBBBBBBBBBBBB-00000001.jsonl`, chainOf('A-AAAAAAAAAAAAAAAA', []));

  t.match((await verify([directory])).faults, [{ line: 1, what: /belongs to chain A-AAAA/ }]);
});
