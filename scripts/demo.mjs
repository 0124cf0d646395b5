/** `npm run demo [-- OPTIONS]`: sets up what is missing, then runs the demo in this very process, so that Ctrl-C reaches it once. */
import { ensureBuild } from './build.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';

ensureNpmPackages();
await ensureBuild();
const { main } = await import('../dist/gateway/demo/main.js');
await main(process.argv.slice(2));
