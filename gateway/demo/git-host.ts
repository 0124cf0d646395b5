/** A Git host over plain HTTP for the bare repositories of one folder: what stands behind the gateway in the demo. */
import { timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Right } from '../store/records.ts';
import { answerByHttpBackend } from './http-backend.ts';
import { throttle } from './throttle.ts';

/** A user name and password as Basic authentication carries them. */
export interface HostCredential {
  readonly username: string;
  readonly password: string;
}

/** What a host serves, to whom, and how fast. */
export interface GitHostOptions {
  /** Folder of bare repositories; `/app` and `/app.git` both name `app.git` in it. */
  readonly directory: string;
  /** Without them everybody may fetch and push; with them each right accepts its own credential and no other. */
  readonly credentials?: Readonly<Record<Right, HostCredential>>;
  /** Bytes per second of response bodies, by repository name without `.git`; looked at again for each slice. */
  readonly bytesPerSecond?: Readonly<Record<string, number>>;
  /** Called with every request before it is answered. */
  readonly onRequest?: (request: HostRequest) => void;
}

/** A request as the host received it. */
export interface HostRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A running host. */
export interface GitHost {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends every transfer and resolves when no program of the host runs any more. */
  close(): Promise<void>;
}

/** The three smart HTTP paths (gitprotocol-http), below a repository. */
const smartPath = /^(\/.+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Starts a host on a free port of 127.0.0.1. */
export async function startGitHost(options: GitHostOptions): Promise<GitHost> {
  const closing = new AbortController();
  // Every request listens while it runs, and there may be any number at once.
  setMaxListeners(0, closing.signal);
  const running = new Set<Promise<void>>();

  const server = createServer((request, response) => {
    options.onRequest?.({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
    });
    const answered = answer(options, request, response, closing.signal).finally(() =>
      running.delete(answered),
    );
    running.add(answered);
  });
  // A transfer may take as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closing.abort();
      server.closeAllConnections();
      await Promise.all(running);
      await closed;
    },
  };
}

async function answer(
  options: GitHostOptions,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const [rawPath = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
  const [, repository, service] = smartPath.exec(decodePath(rawPath)) ?? [];
  if (repository === undefined || service === undefined) return refuse(response, 404, 'no such address here');

  const right: Right = (service === 'info/refs' ? query : service).includes('git-receive-pack')
    ? 'push'
    : 'fetch';
  const wanted = options.credentials?.[right];
  if (wanted !== undefined && !presents(request, wanted)) {
    response.setHeader('WWW-Authenticate', 'Basic realm="git host"');
    return refuse(response, 401, `a credential to ${right} is needed`);
  }
  const rates = options.bytesPerSecond ?? {};
  const name = repository.slice(1);
  const rate = rates[name];
  await answerByHttpBackend(
    request,
    response,
    {
      directory: options.directory,
      path: `${repository}/${service}`,
      query,
      user: wanted?.username,
      through: rate === undefined ? undefined : throttle(() => rates[name] ?? rate),
    },
    signal,
  );
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function presents(request: IncomingMessage, wanted: HostCredential): boolean {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const given = Buffer.from(encoded, 'base64');
  const right = Buffer.from(`${wanted.username}:${wanted.password}`);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Undecodable paths become one that no route matches. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
