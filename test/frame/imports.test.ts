import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import t from 'tap';
import { root } from '../servers/clone.ts';

/** The rule as ARCHITECTURE.md states it: folder → folders it may import. */
function rule(): Map<string, readonly string[] | 'everything'> {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const [, list = ''] = /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(page) ?? [];
  const lines = [...list.matchAll(/^- (\S+) → (.+)$/gm)];
  return new Map(
    lines.map(([, folder = '', allowed = '']) => [
      folder,
      allowed === 'everything' ? allowed : allowed === 'nothing' ? [] : allowed.split(', '),
    ]),
  );
}

/** The most specific folder of the rule that a file lies in. */
function folderOf(file: string, folders: Iterable<string>): string | undefined {
  return [...folders]
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const folders = rule();
const files = ['gateway', 'admin', 'certs', 'config'].flatMap(sources);

void t.test('every import between folders is one that ARCHITECTURE.md allows', async (t) => {
  t.ok(folders.size > 5 && files.length > 50, 'the rule and the sources were found');
  const breaches: string[] = [];
  for (const file of files) {
    const from = folderOf(file, folders.keys());
    const allowed = from === undefined ? undefined : folders.get(from);
    const imports = readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
    for (const [, path = ''] of imports) {
      const target = relative(root, resolve(root, dirname(file), path));
      const to = folderOf(target, folders.keys());
      if (allowed === 'everything' || (to !== undefined && (to === from || allowed?.includes(to)))) continue;
      breaches.push(`${file} imports ${target}`);
    }
  }
  t.strictSame(breaches, []);
});

/** Third parties that touch the data path, and where alone they may be named. */
const wrapped: Record<string, readonly string[]> = {
  'http-proxy': ['gateway/relay/http-forwarder.ts'],
  'node-forge': ['certs/'],
  redis: ['gateway/store/redis/'],
  ssh2: ['gateway/edge/', 'gateway/relay/ssh/'],
  'openid-client': ['gateway/identity/'],
  picomatch: ['config/pattern.ts'],
};

void t.test('a third party of the data path is imported only where it is wrapped', async (t) => {
  const breaches = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/from '([^'.][^']*)'/g)]
      .filter(([, name = '']) => wrapped[name]?.every((place) => !file.startsWith(place)))
      .map(([, name]) => `${file} imports ${name}`),
  );
  t.strictSame(breaches, []);
});

void t.test('no source file makes an import cycle', async (t) => {
  const graph = new Map(
    files.map((file) => [
      file,
      [...readFileSync(join(root, file), 'utf8').matchAll(/^import (?!type )[^;]*?from '(\.[^']+)'/gm)].map(
        ([, path = '']) => relative(root, resolve(root, dirname(file), path)),
      ),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  t.strictSame(cycles, []);
});
