/** The real sshd, on a free port of 127.0.0.1, for the account that runs the tests. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { type Program, startProgram, untilListening } from './program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Starts it with these lines of sshd_config beside the port; resolves to the port.
 *
 * @param hostKeys files of private keys
 */
export async function startSshd(
  test: Ending,
  hostKeys: readonly string[],
  lines: readonly string[],
): Promise<number> {
  return (await runSshd(test, hostKeys, lines)).port;
}

/** The same, with the program, whose group holds its connections too until they log in. */
export async function runSshd(
  test: Ending,
  hostKeys: readonly string[],
  lines: readonly string[],
): Promise<{ readonly port: number; readonly program: Program }> {
  const port = await freePort();
  const file = join(await temporaryDirectory(test), 'sshd_config');
  // Where it separates its privileges; Debian makes the folder when the service starts.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    // The account's own start-up files and git configuration are no part of a test; bash reads them at every command.
    `SetEnv HOME=${await temporaryDirectory(test)}`,
    ...hostKeys.map((key) => `HostKey ${key}`),
    ...lines,
  ];
  await writeFile(file, `${config.join('\n')}\n`);
  const program = startProgram(test, '/usr/sbin/sshd', ['-D', '-e', '-f', file]);
  await untilListening(program, { host: '127.0.0.1', port });
  return { port, program };
}
