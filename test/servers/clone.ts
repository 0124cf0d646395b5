/** Where tests find the clone's own files and programs, whether they run from the sources or from the build. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's top folder, without a slash at its end. */
export const root = topOf(import.meta.dirname);

function topOf(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  return topOf(dirname(folder));
}

/** `.js` when built, `.ts` from the sources. */
const extension = import.meta.url.slice(-3);

/**
 * Node's arguments for a program that lies beside a module of the tests.
 *
 * @param module the module's `import.meta.url`
 * @param name the program's path from there, without its extension
 */
export function programBeside(module: string, name: string): string[] {
  return [...process.execArgv, fileURLToPath(new URL(`${name}${extension}`, module))];
}

/** Node's arguments for `sluice`, in front of the program's own. */
export const sluiceProgram: readonly string[] = programBeside(import.meta.url, '../../gateway/main');
