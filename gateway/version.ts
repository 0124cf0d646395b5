/** The version of this build, as package.json has it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Looks upward, since the sources and `dist` lie at different depths. */
function packageVersion(from: string): string {
  try {
    const { name, version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    if (name === 'sluice' && version !== undefined) return version;
  } catch {
    // Not here: one folder up.
  }
  if (dirname(from) === from) return '0.0.0';
  return packageVersion(dirname(from));
}

export const version: string = packageVersion(import.meta.dirname);
