/** Programs that end with the process that started them, also when that one is killed and can end nothing itself. */
import { existsSync } from 'node:fs';

/** util-linux; not everywhere, and only Linux can do what it asks for. */
const setpriv = '/usr/bin/setpriv';

/**
 * A server left behind by a killed test run would go on calling ports that are somebody else's by then.
 *
 * @returns program and arguments that start `command` so; under the process id that is started
 */
export function dyingWithUs(command: string, args: readonly string[]): [string, readonly string[]] {
  if (!existsSync(setpriv)) return [command, args];
  return [setpriv, ['--pdeathsig', 'KILL', '--', command, ...args]];
}
