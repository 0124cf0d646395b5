/** `npm test [-- FILE…]`: sets up what is missing, then runs the unit tests, the end-to-end tests and the attacks, and the unit tests on Node 24. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { ensureNode24 } from './node24.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { root } from './run.mjs';
import { ensureTapPlugins } from './tap-plugins.mjs';
import { runTap } from './tap-run.mjs';

/** Folders of test/ whose tests start gateways, browsers, commands and clusters of stores. */
const slowFolders = ['test/e2e', 'test/attacks', 'test/commands', 'test/store/trouble'];

/** Folders of unit tests that talk to real peers; of these the newer Node is tried on one or two that meet most of Node's own. */
const peerFolders = ['test/https', 'test/ssh', 'test/admin'];
const peersOnBoth = [
  'test/https/gate.test.ts',
  'test/https/git-over-http.test.ts',
  'test/ssh/openssh.test.ts',
  'test/admin/sign-in.test.ts',
];

const total = { passed: 0, failed: 0, skipped: 0 };
const add = (part) => {
  for (const key of Object.keys(total)) total[key] += part[key];
};

ensureNpmPackages();
ensureTapPlugins();
const missing = ensureDebianPackages();
if (missing.length > 0) {
  console.error(`# the tests need Debian packages that are not here: ${missing.join(' ')}`);
  console.error(`# install them as root: apt-get install --no-install-recommends ${missing.join(' ')}`);
  finish({ passed: 0, failed: 1, skipped: 0 });
}
ensureBuild();
// What tests start as processes of their own is the build; what they import are the sources.
process.env.SLUICE_TEST_BUILT = '1';

const named = process.argv.slice(2);
const files = testFiles(named.length > 0 ? named : ['test']);
const isIn = (folders) => (file) => folders.some((folder) => file.startsWith(`${folder}/`));
const isSlow = isIn(slowFolders);
const isPeer = isIn(peerFolders);
const unit = files.filter((file) => !isSlow(file));

add(await runTap('unit', 'unit', unit));
add(await runTap('end to end', 'e2e', files.filter(isSlow)));
if (named.length === 0)
  add(await onNode24(unit.filter((file) => !isPeer(file) || peersOnBoth.includes(file))));
finish(total);

/** Without a network the newer Node is left out, but never in CI. */
async function onNode24(files) {
  const node = ensureNode24();
  if (node !== undefined) return runTap('unit on Node 24', 'unit', files, { node });
  console.log('# Node 24 could not be brought from the npm registry: the unit tests did not run on it');
  return { passed: 0, failed: process.env.CI === undefined ? 0 : 1, skipped: 0 };
}

/**
 * @param {readonly string[]} paths files and folders
 * @returns {string[]} the test files among and below them, relative to the clone, sorted; each must exist
 */
function testFiles(paths) {
  return paths
    .flatMap((path) => {
      const full = join(root, path);
      if (!existsSync(full)) throw new Error(`${path}: no such test file or folder`);
      if (statSync(full).isFile()) return [path];
      return readdirSync(full, { recursive: true })
        .map((name) => relative(root, join(full, name)))
        .filter((name) => name.endsWith('.test.ts'));
    })
    .sort();
}

/** Prints the counts alone on the last line and ends this process. */
function finish({ passed, failed, skipped }) {
  if (skipped > 0) console.log(`# ${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}
