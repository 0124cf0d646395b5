/** One request answered by `git http-backend`, run as a CGI program that streams both ways and ends with its client. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CgiHead, parseCgiHead } from './cgi-response.ts';

/** What a request is answered from, besides its own method, headers and body. */
export interface BackendCall {
  /** Folder that holds the bare repositories. */
  readonly directory: string;
  /** Path below `directory`, starting with a slash: the repository, then the service's own path. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Who authenticated, if anybody had to. */
  readonly user: string | undefined;
  /** A stream the response body goes through, such as a throttle. */
  readonly through: Transform | undefined;
}

/** How long a program may take to end by itself once it was told to, in milliseconds. */
const endsWithinMs = 2_000;

/**
 * Answers `request` with what `git http-backend` says, and resolves when that program and its children are gone.
 *
 * The program learns the body's length only by the body's end: given a length that never comes, it would spin for ever.
 * When the client leaves, or `signal` aborts, the whole process group is ended.
 */
export async function answerByHttpBackend(
  request: IncomingMessage,
  response: ServerResponse,
  call: BackendCall,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn('git', ['http-backend'], {
    env: environment(request, call),
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('error', () => resolve('SIGABRT'));
    child.once('close', (_code, byWhich) => resolve(byWhich));
  });
  const stop = () => endGroup(child);
  response.once('close', () => {
    if (!response.writableFinished) stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();

  // A program that has answered may leave the rest of the body unread.
  child.stdin.on('error', () => request.unpipe(child.stdin).resume());
  request.on('error', () => {});
  request.pipe(child.stdin);
  try {
    const head = await readHead(child.stdout);
    for (const [name, value] of head.headers) response.setHeader(name, value);
    response.writeHead(head.status);
    response.flushHeaders();
    const streams = call.through === undefined ? [child.stdout] : [child.stdout, call.through];
    await pipeline([...streams, response], { end: false });
  } catch {
    stop();
    if (!response.headersSent) response.writeHead(502).end('git http-backend gave no answer\n');
    else response.destroy();
  }
  const byWhich = await ended;
  signal.removeEventListener('abort', stop);
  if (byWhich === null) response.end();
  else response.destroy();
}

/** The variables of RFC 3875 that git http-backend reads, and a git that knows no configuration but the repository's. */
function environment(request: IncomingMessage, call: BackendCall): NodeJS.ProcessEnv {
  const header = (name: string) => request.headers[name]?.toString();
  const variables: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_METHOD: request.method,
    PATH_INFO: call.path,
    QUERY_STRING: call.query,
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: request.socket.remoteAddress,
    REMOTE_USER: call.user,
    GIT_PROJECT_ROOT: call.directory,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    // Repositories made by another account of this machine (a mounted folder) are served too.
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_CONFIG_KEY_1: 'http.receivepack',
    GIT_CONFIG_VALUE_1: 'true',
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

/** Reads up to the end of the CGI head and puts what came behind it back into the stream. */
async function readHead(output: Readable): Promise<CgiHead> {
  let read = Buffer.alloc(0);
  while (true) {
    const chunk: Buffer | null = output.read() ?? (await nextChunk(output));
    if (chunk === null) throw new Error(`CGI output ended after ${read.length} bytes of its head`);
    read = Buffer.concat([read, chunk]);
    const head = parseCgiHead(read);
    if (head === undefined) continue;
    if (head.length < read.length) output.unshift(read.subarray(head.length));
    return head;
  }
}

/** Waits until the stream has something to read or has ended; null then. */
function nextChunk(output: Readable): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const settle = () => {
      output.off('readable', settle).off('end', settle).off('close', settle);
      resolve(output.read());
    };
    output.once('readable', settle).once('end', settle).once('close', settle);
  });
}

/** Ends the program and what it started; those that do not go by themselves are killed. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const group = -child.pid;
  signalGroup(group, 'SIGTERM');
  const force = setTimeout(() => signalGroup(group, 'SIGKILL'), endsWithinMs);
  child.once('close', () => clearTimeout(force));
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
