/** Brings a Node 24 into .cache, so that the tests can run on a newer Node than the one that started them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run, succeeds } from './run.mjs';

/**
 * Installs Node 24 from the npm registry unless it is there. The package for this system and processor is named outright:
 * the package `node` would choose it in an install script, which npm may hold back.
 *
 * @returns {string | undefined} the path of its binary, or undefined when it could not be brought
 */
export function ensureNode24() {
  const prefix = join(root, '.cache/node24');
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(prefix, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    console.error(`# Node 24 is not in .cache: npm install ${name}@24`);
    run('npm', ['install', '--prefix', prefix, '--no-save', '--no-fund', '--no-audit', `${name}@24`], {
      stdio: ['ignore', 2, 2],
    });
  }
  return existsSync(binary) && succeeds(binary, ['--version']) ? binary : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureNode24();
