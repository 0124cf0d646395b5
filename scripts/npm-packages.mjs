/** Installs the npm packages of the lockfile when what is in node_modules is not what it names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, root } from './run.mjs';

/** Runs `npm ci` unless every package of the lockfile that this machine needs is installed at its version. */
export function ensureNpmPackages() {
  const missing = firstMissing();
  if (missing === undefined) return;
  must(`npm packages are missing or old (${missing}): npm ci`, 'npm', ['ci', '--no-fund', '--no-audit'], {
    stdio: ['ignore', 2, 2],
  });
}

/** @returns {string | undefined} the first package that is missing or has another version */
function firstMissing() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  // Optional packages are those of other systems and processors: absent is right for most of them.
  return Object.keys(wanted).find(
    (path) => path !== '' && !wanted[path].optional && installed[path]?.version !== wanted[path].version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
