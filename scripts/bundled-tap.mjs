/** Bundles tap for the built tests: each of them would load its 170 files, of many packages, one by one. */
import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { root } from './run.mjs';
import { tapStamp } from './tap-plugins.mjs';

/** What looks for files beside its own stays where it is. */
const outside = ['tcompare', '@tapjs/processinfo'];

/** Where tap leaves code out of the stack traces it shows: under @tapjs. */
const all = '@tapjs/all-of-tap';

/** Bundles tap with its plugins, unless dist/ has a bundle made since tap was last built for them. */
export async function ensureBundledTap() {
  const made = join(root, 'dist/node_modules/tap/package.json');
  if (existsSync(made) && statSync(made).mtimeMs > statSync(tapStamp).mtimeMs) return;
  // Loaded only here: on a fresh clone the bundler is installed after this module was loaded.
  const { bundlePackage } = await import('./bundled-packages.mjs');
  await bundlePackage('tap', ['.'], (id) => outside.includes(id) || isBuiltin(id), {
    chunkFileNames: '[name].mjs',
    codeSplitting: { groups: [{ name: all, test: /./ }] },
  });
}
