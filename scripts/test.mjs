/** `npm test [-- FILE…]`: sets up what is missing, builds, then runs the unit tests, the end-to-end tests and the attacks, and the unit tests on Node 24 as well. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureBundledTap } from './bundled-tap.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { longestTests } from './longest-tests.mjs';
import { ensureNode24 } from './node24.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { beside, root } from './run.mjs';
import { ensureTapPlugins } from './tap-plugins.mjs';
import { runTests } from './test-run.mjs';

/** Folders of test/ whose tests start gateways, browsers, commands and clusters of stores. */
const slowFolders = ['test/attacks', 'test/e2e', 'test/store/trouble', 'test/commands'];

/** Folders of unit tests that talk to real peers; of these the newer Node is tried on one or two that meet most of Node's own. */
const peerFolders = ['test/ssh', 'test/https', 'test/admin'];
const peersOnBoth = [
  'test/https/gate.test.ts',
  'test/https/git-over-http.test.ts',
  'test/ssh/openssh.test.ts',
  'test/admin/sign-in.test.ts',
];

/** Unit tests that are about something else than Node: the page, the clone; programs and files beside it, tried at length. */
const onOne = [
  'test/web',
  'test/frame',
  'test/audit/numbered-stress.test.ts',
  'test/audit/second-verifier.test.ts',
  'test/audit/tampered-segments.test.ts',
  'test/git/cut-packs.test.ts',
  'test/git/real-git.test.ts',
  'test/git/sealed-packs.test.ts',
  'test/replay/replay.test.ts',
  'test/store/redis-store.test.ts',
];

/** By these a test is tried harder (CONTRIBUTING.md). */
const triesHarder = ['PACK_MIB', 'LS_REMOTES', 'SLOW_CLONES', 'HISTORY_OPERATIONS'].some(
  (name) => process.env[`SLUICE_${name}`] !== undefined,
);

/** Seconds a file may take. */
const timeoutSeconds = triesHarder ? { unit: 3_600, slow: 3_600 } : { unit: 240, slow: 900 };

const named = process.argv.slice(2);
// They wait for other servers than npm does.
const others = [beside('debian-packages.mjs'), ...(named.length === 0 ? [beside('node24.mjs')] : [])];
ensureNpmPackages();
ensureTapPlugins();
await Promise.all(others);
const missing = ensureDebianPackages();
if (missing.length > 0) {
  console.error(`# the tests need Debian packages that are not here: ${missing.join(' ')}`);
  console.error(`# install them as root: apt-get install --no-install-recommends ${missing.join(' ')}`);
  finish({ passed: 0, failed: 1, skipped: 0 });
}
await ensureBuild();
await ensureBundledTap();

const files = testFiles(named.length > 0 ? named : ['test']);
const isIn = (paths) => (file) => paths.some((path) => file === path || file.startsWith(`${path}/`));
const isSlow = isIn(slowFolders);
const isPeer = isIn(peerFolders);
const isOnOne = isIn(onOne);
const runs = files.map((file) => aRun(file));
let lacksNode24 = false;
if (named.length === 0) {
  const node = ensureNode24();
  const both = files.filter((file) =>
    isPeer(file) ? peersOnBoth.includes(file) : !isSlow(file) && !isOnOne(file),
  );
  if (node !== undefined) runs.push(...both.map((file) => aRun(file, node, ' on Node 24')));
  else lacksNode24 = true;
}
// The longest are started first, so that no processor is idle while the last ones run.
const byLength = [...longestTests, ...slowFolders, ...peerFolders];
const lengthOf = ({ file }) => {
  const at = byLength.findIndex((path) => isIn([path])(file));
  return at === -1 ? byLength.length : at;
};
runs.sort((a, b) => lengthOf(a) - lengthOf(b));

const total = await runTests(runs);
if (lacksNode24) {
  // Without a network the newer Node is left out, but never in CI.
  console.log('# Node 24 could not be brought from the npm registry: the unit tests did not run on it');
  if (process.env.CI !== undefined) total.failed += 1;
}
finish(total);

function aRun(file, node = process.execPath, on = '') {
  return {
    file,
    node,
    on,
    hasBrowser: file.startsWith('test/e2e/page'),
    timeoutSeconds: isSlow(file) ? timeoutSeconds.slow : timeoutSeconds.unit,
  };
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
