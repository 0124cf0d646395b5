/** Builds dist/ from the sources: the compiler's output, the files it does not copy, and the page. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNpmPackages } from './npm-packages.mjs';
import { must, root } from './run.mjs';

/** What is built: the product, its tests, and what tests import of the scripts. */
const copiedFolders = ['gateway', 'admin', 'certs', 'config', 'test', 'scripts'];
const stamp = join(root, 'dist', '.built-from');
const pageStamp = join(root, 'dist', 'web', '.built-from');

/** Builds everything unless dist/ was built from exactly these sources. */
export async function ensureBuild() {
  const digest = digestOf([...copiedFolders, 'tsconfig.json', 'package-lock.json']);
  if (readIfThere(stamp) === digest) return;
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  must(
    'tsc: gateway, admin, certs, config, test',
    process.execPath,
    // One checker: each further one checks much of the first one's again.
    ['node_modules/typescript-native/bin/tsc', '--checkers', '1', '-p', '.'],
    { stdio: ['ignore', 2, 2] },
  );
  copyOtherFiles();
  // Loaded only here: on a fresh clone the bundler is installed after this module was loaded.
  const { bundlePackages } = await import('./bundled-packages.mjs');
  await bundlePackages();
  ensurePage();
  writeFileSync(stamp, digest);
}

/** Builds the page into dist/web unless that was built from exactly these sources; nothing to do while there is no page. */
export function ensurePage() {
  if (!existsSync(join(root, 'admin/web/index.html'))) return;
  const digest = digestOf([
    'admin/web',
    'admin/openapi.json',
    'config/pattern.ts',
    'config/quantities.ts',
    'package-lock.json',
  ]);
  if (readIfThere(pageStamp) === digest) return;
  const vite = ['node_modules/vite/bin/vite.js', 'build', 'admin/web', '--outDir', join(root, 'dist/web')];
  must('vite: the page', process.execPath, [...vite, '--emptyOutDir', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(pageStamp, digest);
}

/** Copies what the compiler leaves behind (scripts of the store, schemas, examples) to the same place under dist/. */
function copyOtherFiles() {
  for (const file of filesUnder(copiedFolders)) {
    if (file.startsWith(join('admin', 'web')) || /\.tsx?$/.test(file)) continue;
    mkdirSync(dirname(join(root, 'dist', file)), { recursive: true });
    copyFileSync(join(root, file), join(root, 'dist', file));
  }
}

/**
 * @param {readonly string[]} paths files and folders of the clone
 * @returns {string} a digest over their names and contents
 */
function digestOf(paths) {
  const hash = createHash('sha256');
  for (const file of filesUnder(paths)) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {readonly string[]} paths files and folders of the clone
 * @returns {string[]} every file among and below them, relative to the clone, sorted
 */
function filesUnder(paths) {
  return paths
    .flatMap((path) => {
      const full = join(root, path);
      if (!existsSync(full)) return [];
      const below = readdirIfFolder(full);
      return below === undefined ? [path] : below;
    })
    .sort();
}

/** @param {string} full */
function readdirIfFolder(full) {
  try {
    return readdirSync(full, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** @param {string} file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureNpmPackages();
  rmSync(stamp, { force: true });
  await ensureBuild();
}
