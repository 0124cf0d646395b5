/** Has tap load only the plugins that package.json leaves on: the others cost each test file two seconds of processor time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, root } from './run.mjs';

/** Written when tap was built for its plugins. Inside node_modules, so that a new installation has none. */
export const tapStamp = join(root, 'node_modules', '.tap-plugins');

/** Builds tap's test class anew when it was built for other plugins, or never. */
export function ensureTapPlugins() {
  const { tap, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = JSON.stringify([devDependencies.tap, tap.plugin]);
  if (built() === wanted) return;
  must('tap is built for its plugins', process.execPath, ['node_modules/tap/dist/esm/run.mjs', 'build'], {
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(tapStamp, wanted);
}

function built() {
  try {
    return readFileSync(tapStamp, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
