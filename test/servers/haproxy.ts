/** HAProxy as a TCP balancer that says whose a connection is. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { startProgram, untilListening } from './program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Starts it on a free port of 127.0.0.1 and resolves to that.
 *
 * @param send the server option: `send-proxy` is version 1, `send-proxy-v2` version 2
 */
export async function startHaproxy(
  test: Ending,
  targetPort: number,
  send: 'send-proxy' | 'send-proxy-v2' | 'send-proxy-v2-ssl-cn' | '',
): Promise<number> {
  const port = await freePort();
  const file = join(await temporaryDirectory(test), 'haproxy.cfg');
  await writeFile(
    file,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
listen all
  bind 127.0.0.1:${port}
  server one 127.0.0.1:${targetPort} ${send}
`,
  );
  await untilListening(startProgram(test, 'haproxy', ['-db', '-f', file]), { host: '127.0.0.1', port });
  return port;
}
