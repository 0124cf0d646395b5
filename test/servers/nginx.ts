/** nginx with a configuration of the test's own, none of Debian's files, and everything it writes in one folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { freePort } from './free-port.ts';
import { type Program, startProgram, untilListening } from './program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A running nginx. */
export interface Nginx {
  readonly port: number;
  readonly program: Program;
}

/** Starts nginx with one server on a free port of 127.0.0.1; `http` holds directives for the `http` block around it. */
export async function startNginx(
  test: Ending,
  blocks: (port: number) => { http?: string; server: string },
): Promise<Nginx> {
  const directory = await temporaryDirectory(test);
  const port = await freePort();
  const { http = '', server } = blocks(port);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join('\n');
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${directory}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 1024; }
http {
access_log off;
client_max_body_size 0;
${temporary}
${http}
server {
${server}
}
}
`,
  );
  const program = startProgram(test, 'nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')]);
  await untilListening(program, { host: '127.0.0.1', port });
  return { port, program };
}
