/** A Git host as operators run it: nginx, fcgiwrap and git http-backend. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PeerCertificate } from './authority.ts';
import type { Ending } from './ending.ts';
import { type Nginx, startNginx } from './nginx.ts';
import { type Program, startProgram, untilListening } from './program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What the host serves and how it is reached. */
export interface NginxGitHostOptions {
  /** Folder of bare repositories; `/app` and `/app.git` both name `app.git` in it. */
  readonly directory: string;
  /** Serves HTTPS with it. */
  readonly certificate?: PeerCertificate;
  /** Basic credentials by user name, one set for everything; `username` → `password`. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** Further directives inside the server block. */
  readonly directives?: string;
}

/** A running host. */
export interface NginxGitHost {
  readonly url: string;
  readonly port: number;
  readonly nginx: Nginx;
  readonly fcgiwrap: Program;
}

/** Requests answered at once; a fetch takes one worker for its whole length. */
const workers = 8;

/** Starts the host on a free port of 127.0.0.1. */
export async function startNginxGitHost(test: Ending, options: NginxGitHostOptions): Promise<NginxGitHost> {
  const run = await temporaryDirectory(test);
  const socket = join(run, 'fcgiwrap.sock');
  const fcgiwrap = startProgram(test, 'fcgiwrap', ['-c', String(workers), '-s', `unix:${socket}`]);
  await untilListening(fcgiwrap, { path: socket });

  const access = options.passwords === undefined ? '' : await basicAccess(run, options.passwords);
  const { certificate } = options;
  const tls =
    certificate && `ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key};`;
  const backend = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');

  const nginx = await startNginx(test, (port) => ({
    server: `
listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'};
${tls ?? ''}
${options.directives ?? ''}
location ~ ^/.+/(info/refs|git-upload-pack|git-receive-pack)$ {
  ${access}
  fastcgi_pass unix:${socket};
  fastcgi_request_buffering off;
  fastcgi_buffering off;
  fastcgi_buffer_size 64k;
  fastcgi_buffers 8 64k;
  fastcgi_read_timeout 1h;
  client_body_buffer_size 1m;
  fastcgi_param SCRIPT_FILENAME ${backend};
  fastcgi_param GIT_PROJECT_ROOT ${options.directory};
  fastcgi_param GIT_HTTP_EXPORT_ALL 1;
  fastcgi_param GIT_CONFIG_NOSYSTEM 1;
  fastcgi_param GIT_CONFIG_GLOBAL /dev/null;
  fastcgi_param GIT_CONFIG_COUNT 2;
  fastcgi_param GIT_CONFIG_KEY_0 safe.directory;
  fastcgi_param GIT_CONFIG_VALUE_0 *;
  fastcgi_param GIT_CONFIG_KEY_1 http.receivepack;
  fastcgi_param GIT_CONFIG_VALUE_1 true;
  fastcgi_param GIT_PROTOCOL $http_git_protocol;
  fastcgi_param PATH_INFO $uri;
  fastcgi_param QUERY_STRING $query_string;
  fastcgi_param REQUEST_METHOD $request_method;
  fastcgi_param CONTENT_TYPE $content_type;
  fastcgi_param CONTENT_LENGTH $content_length;
  fastcgi_param REMOTE_USER $remote_user;
  fastcgi_param REMOTE_ADDR $remote_addr;
}
`,
  }));
  const scheme = certificate === undefined ? 'http' : 'https';
  return { url: `${scheme}://localhost:${nginx.port}`, port: nginx.port, nginx, fcgiwrap };
}

async function basicAccess(run: string, passwords: Readonly<Record<string, string>>): Promise<string> {
  const file = join(run, 'passwords');
  const lines = Object.entries(passwords).map(([user, password]) => `${user}:{PLAIN}${password}\n`);
  await writeFile(file, lines.join(''));
  return `auth_basic "git host"; auth_basic_user_file ${file};`;
}
