import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { rename, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadConfig, parseConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { openSecrets } from '../../config/secrets.ts';
import { formatSelector, parseSelector } from '../../config/selector.ts';
import { watchConfig } from '../../config/watch.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';

const folder = fileURLToPath(new URL('../../config/', import.meta.url));
const minimal = readFileSync(`${folder}minimal.yaml`, 'utf8');

function faultsOf(text: string): readonly string[] {
  const loaded = parseConfig(text, 'sluice.yaml');
  return loaded.kind === 'faulty'
    ? loaded.faults.map(({ line, field, message }) => `${line} ${field} ${message}`)
    : [];
}

for (const name of ['example.yaml', 'minimal.yaml'])
  void t.test(`${name} is good`, async (t) => {
    t.match(await loadConfig(`${folder}${name}`), { kind: 'loaded' });
  });

void t.test('every fault is told at once, with its line and field', async (t) => {
  const text = minimal
    .replace('publicUrl: https://git.example.com', 'publicUrl: http://git.example.com/path')
    .replace('kind: memory', 'kind: memroy')
    .replace('maxDuration: 8h', 'maxDuration: 8 hours')
    .replace('requesters: [engineering]', 'requestors: [engineering]')
    .replace('clientId: sluice', 'clientId: sluice, clientSecret: hunter2');
  const faults = faultsOf(text);

  t.ok(faults.length >= 5, faults.join('\n'));
  for (const field of ['publicUrl', 'store', 'maxDuration', 'request', 'clientSecret'])
    t.ok(
      faults.some((fault) => fault.includes(field)),
      `${field} in\n${faults.join('\n')}`,
    );
  t.notMatch(faults.join('\n'), /hunter2/, 'no secret in a fault');
  t.ok(faults.every((fault) => /^\d+ /.test(fault)));
});

const single: readonly (readonly [string, (text: string) => string, RegExp])[] = [
  ['a misspelt field', (text) => text.replace('audit:', 'audti:'), /audti/],
  ['a field set twice', (text) => `${text}audit: { directory: other }\n`, /audit|unique|twice/i],
  ['a rule over an upstream that is not there', (text) => text.replace('hub/acme/**', 'nub/acme/**'), /nub/],
  [
    'a reserved name as upstream',
    (text) => text.replace('  hub:', '  api:').replace('hub/acme', 'api/acme'),
    /api/,
  ],
  [
    'a critical rule that approves by itself',
    (text) =>
      text
        .replace('approval: 1', 'approval: automatic')
        .replace('requesters:', 'critical: true\n    requesters:'),
    /critical|automatic/,
  ],
  [
    'a critical rule of more than 8 hours',
    (text) =>
      text
        .replace('maxDuration: 8h', 'maxDuration: 9h')
        .replace('requesters:', 'critical: true\n    requesters:'),
    /9h|8h/,
  ],
  [
    'no TLS without a trusted proxy',
    (text) => text.replace('certificate: certs/gateway.crt, key: certs/gateway.key', 'tls: none'),
    /trustedProxies/,
  ],
  ['a selector that is an address', (text) => text.replace('[engineering]', '[ana@example.com]'), /email:/],
  [
    'two rules with one match',
    (text) =>
      text.replace(
        'audit:',
        '  - { match: "hub/acme/**", requesters: [x], fetch: { approval: 1, maxDuration: 1h } }\naudit:',
      ),
    /match/,
  ],
  ['no YAML at all', () => '{', /./],
  ['an empty file', () => '', /./],
  ['a list', () => '- a', /./],
];
for (const [what, change, expected] of single)
  void t.test(`${what} is a fault`, async (t) => {
    const faults = faultsOf(change(minimal));

    t.ok(faults.length > 0);
    t.match(faults.join('\n'), expected);
  });

void t.test('spans and sizes are numbers, names canonical, paths absolute', async (t) => {
  const loaded = parseConfig(minimal, '/etc/sluice/sluice.yaml');
  t.match(loaded, {
    config: {
      audit: { directory: '/etc/sluice/audit' },
      repositories: [
        {
          fetch: { maxDurationMs: 8 * 3_600_000, maxTotalMs: 16 * 3_600_000, decideWithinMs: 24 * 3_600_000 },
        },
      ],
      limits: { idleMs: 900_000, cutGraceMs: 2_000 },
    },
  });
});

void t.test('selectors are read and written back equal', async (t) => {
  for (const text of [
    'group:payments',
    'group:a:b',
    'email:ana@x.test',
    'sub:https://i#a#b',
    'workload:ci',
    'everyone',
  ])
    t.strictSame(formatSelector(parseSelector(text)), text);
  for (const text of ['', ' a', 'ana@x.test', 'email:x', 'sub:x', 'workload:X', 'role:x', 'a\u0000'])
    t.throws(() => parseSelector(text), RangeError, JSON.stringify(text));
});

void t.test('the published schema is the one the loader checks by', async (t) => {
  const { schemaText } = (await import('../../config/publish-schema.ts')) as Record<string, unknown> & {
    schemaText?: () => string;
  };
  if (schemaText === undefined) {
    t.match(JSON.parse(readFileSync(`${folder}sluice.schema.json`, 'utf8')), {
      properties: { publicUrl: {}, repositories: {} },
    });
    return;
  }
  t.equal(readFileSync(`${folder}sluice.schema.json`, 'utf8'), schemaText());
});

void t.test(
  'a secret file is read anew when it changed, and its last value kept while it is empty',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const path = `${directory}/secret`;
    await writeFile(path, 'one\n', { mode: 0o600 });
    const warnings: string[] = [];
    const secrets = openSecrets({ onWarning: (message) => warnings.push(message), env: { SLUICE_X: 'env' } });

    t.equal(await secrets.read({ kind: 'file', path }), 'one');
    await writeFile(`${directory}/next`, 'two\n', { mode: 0o600 });
    await rename(`${directory}/next`, path);
    t.equal(await secrets.read({ kind: 'file', path }), 'two');
    await writeFile(path, '');
    t.equal(await secrets.read({ kind: 'file', path }), 'two');
    t.equal(warnings.length, 1);
    t.equal(await secrets.read({ kind: 'env', name: 'SLUICE_X' }), 'env');
    await t.rejects(secrets.read({ kind: 'env', name: 'SLUICE_Y' }), { code: 'CONFIG_SECRET' });
    await t.rejects(secrets.read({ kind: 'file', path: `${directory}/none` }), { code: 'CONFIG_SECRET' });
  },
);

void t.test(
  'a changed file is loaded once it stands still, a faulty one told, and a symlink swap seen',
  async (t) => {
    const directory = await temporaryDirectory(t);
    const write = (name: string, text: string) => writeFile(`${directory}/${name}`, text);
    await write('a.yaml', minimal);
    await write('b.yaml', minimal.replace('8h', '4h'));
    await write('c.yaml', minimal.replace('8h', 'long'));
    await symlink('a.yaml', `${directory}/sluice.yaml`);
    const loaded = await loadConfig(`${directory}/sluice.yaml`);
    if (loaded.kind === 'faulty') throw new Error('the minimal file is faulty');

    let tick: () => Promise<void> = async () => undefined;
    const heard: string[] = [];
    const signals = new EventEmitter();
    const watch = watchConfig(`${directory}/sluice.yaml`, loaded, {
      ticks: (work) => {
        tick = work;
        return () => undefined;
      },
      signals,
      onLoad: (config: Config) => heard.push(`loaded ${config.repositories[0]?.fetch?.maxDurationMs ?? 0}`),
      onFault: (faults) => heard.push(`faulty ${faults.length}`),
    });
    t.teardown(() => watch.close());
    const swap = async (name: string) => {
      await symlink(name, `${directory}/next`);
      await rename(`${directory}/next`, `${directory}/sluice.yaml`);
      for (let i = 0; i < 3; i += 1) await tick();
    };
    for (let i = 0; i < 3; i += 1) await tick();
    t.strictSame(heard, []);
    await swap('b.yaml');
    await swap('c.yaml');
    await watch.reload();
    t.strictSame(heard, ['loaded 14400000', 'faulty 1', 'faulty 1']);
  },
);
