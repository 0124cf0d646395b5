/** `npm run screenshots [-- --out DIR --only NAME,… --readme]`: sets up what is missing, then takes pictures of every screen of the page. */
import { ensureBuild } from './build.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { run } from './run.mjs';

ensureNpmPackages();
await ensureBuild();
process.exit(run(process.execPath, ['--import=tsx', 'test/screenshots/main.ts', ...process.argv.slice(2)]));
