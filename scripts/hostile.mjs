/** `npm run hostile [-- --trials N --seed S --from I --door ssh]`: sets up what is missing, then runs hostile pushes against the gate. */
import { ensureNpmPackages } from './npm-packages.mjs';
import { run } from './run.mjs';

ensureNpmPackages();
process.exit(run(process.execPath, ['--import=tsx', 'test/hostile/main.ts', ...process.argv.slice(2)]));
