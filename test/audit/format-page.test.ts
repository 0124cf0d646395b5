import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checkingKeyOf } from '../../gateway/audit/checkpoint.ts';
import { checkEntry, entrySchemas } from '../../gateway/audit/entry.ts';
import { csvHead, csvRow } from '../../gateway/audit/export-csv.ts';
import { parseLine } from '../../gateway/audit/line.ts';
import { verify } from '../../gateway/audit/verify.ts';
import { root } from '../servers/clone.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const page = await readFile(`${root}/docs/audit-format.md`, 'utf8');
const [, name = '', example = ''] = /`(A-\w{16}-\d{8}\.jsonl)`:\n\n```jsonl\n([\s\S]*?)```/.exec(page) ?? [];

void t.test(
  'the example of the page is a log that verifies, of entries the program would take',
  async (t) => {
    const directory = await temporaryDirectory(t);
    await writeFile(join(directory, name), example);
    const lines = example.trimEnd().split('\n');
    t.match(await verify([directory]), { faults: [], chains: [{ entries: lines.length, tornBytes: 0 }] });
    for (const line of lines) checkEntry(parseLine(Buffer.from(line)));
  },
);

void t.test(
  'the checkpoint of the page is signed by its key, and a witness of the chain before',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const [, other = '', lines = ''] =
      /`(A-\w{16}-\d{8}\.jsonl)`, whose checkpoint [^\n]*\n\n```jsonl\n([\s\S]*?)```/.exec(page) ?? [];
    const [, pem = ''] = /```pem\n([\s\S]*?)```/.exec(page) ?? [];
    await writeFile(join(directory, other), lines);
    for (const line of lines.trimEnd().split('\n')) checkEntry(parseLine(Buffer.from(line)));
    const options = { keys: [checkingKeyOf(pem)] };
    const chainsElsewhere = [{ chain: name.slice(0, 18), seq: 3 }];
    t.match(await verify([directory], options), {
      faults: [],
      chains: [{ lastSigned: { seq: 2 } }],
      chainsElsewhere,
    });
    await writeFile(join(directory, name), example);
    t.match(await verify([directory], options), { faults: [], chainsElsewhere: [] });
  },
);

void t.test('the export of the page is what the program makes, and holds the lines', async (t) => {
  const [, csv = ''] = /```csv\n([\s\S]*?)\n```/.exec(page) ?? [];
  const lines = example.trimEnd().split('\n').slice(1, 3);
  const rows = lines.map((line) => csvRow(parseLine(Buffer.from(line)), Buffer.from(line)));
  t.equal(csv, [csvHead, ...rows].join('\n'));
  const cells = (row: string) => [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell);
  t.strictSame(
    csv
      .split('\n')
      .slice(1)
      .map((row) => cells(row).at(-1)?.replaceAll('""', '"')),
    lines,
  );
});

const storeFields = ['storeSeq?', 'storeAt?', 'store?', 'adoptedFrom?'];

void t.test('the page lists every type with its fields, and no other', async (t) => {
  const rows = [
    ...page.slice(page.indexOf('## Types')).matchAll(/^\| `([a-z-]+\.[a-z-]+)` \| (.*) \|$/gm),
  ].map(([, type = '', fields = '']) => {
    const named = [...fields.matchAll(/`([A-Za-z0-9]+\??)`/g)].map(([, field]) => field);
    return [type, (fields.startsWith('*store*') ? [...storeFields, ...named] : named).toSorted()];
  });
  const known = entrySchemas.map((schema) => {
    const required: readonly string[] = schema.required;
    const fields = Object.keys(schema.properties).filter((field) => field !== 'type');
    return [
      schema.properties.type.const,
      fields.map((field) => (required.includes(field) ? field : `${field}?`)).toSorted(),
    ];
  });
  t.strictSame(Object.fromEntries(rows), Object.fromEntries(known));
});
