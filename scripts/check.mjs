/** `npm run check`: types, format and lint over the whole clone; runs all of them, then fails if one did. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNpmPackages } from './npm-packages.mjs';
import { root, run } from './run.mjs';

ensureNpmPackages();
const node = process.execPath;
const tsc = ['node_modules/typescript-native/bin/tsc', '--checkers', '1', '--noEmit'];
const checks = [
  ['types', [...tsc, '-p', '.']],
  ...(existsSync(join(root, 'admin/web/tsconfig.json'))
    ? [['types of the page', [...tsc, '-p', 'admin/web']]]
    : []),
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
  ['promises', ['node_modules/oxlint/bin/oxlint', '--type-aware']],
];

let failed = 0;
for (const [name, args] of checks) {
  const passed = run(node, args) === 0;
  console.log(`${passed ? '  ok' : 'FAIL'} ${name}`);
  if (!passed) failed += 1;
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
