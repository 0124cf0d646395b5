/** `npm run bench [-- NAME… --quick]`: sets up what is missing, builds, then measures the built gateway. */
import { ensureBuild } from './build.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';

ensureNpmPackages();
const missing = ensureDebianPackages();
if (missing.length > 0) {
  console.error(`# the bench needs Debian packages that are not here: ${missing.join(' ')}`);
  process.exit(1);
}
await ensureBuild();
const { main } = await import('../dist/test/bench/main.js');
await main(process.argv.slice(2));
