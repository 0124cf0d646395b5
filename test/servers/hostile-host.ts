/** A fake upstream whose responses a test writes byte by byte. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Ending } from './ending.ts';

/** A request as the host received it; its body comes when the client has sent it all. */
export interface HostileRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values as they stood on the wire, in turn. */
  readonly rawHeaders: readonly string[];
  /** The body, decoded from its framing; rejects when the client breaks off. */
  body(): Promise<Buffer>;
  /** Resolves when the client's connection is gone. */
  readonly gone: Promise<void>;
}

/** Writes the response, framing and all, to the raw socket. */
export type HostileScript = (request: HostileRequest, socket: Socket) => unknown;

/** A running host. */
export interface HostileHost {
  readonly url: string;
  readonly port: number;
  /** Every request so far. */
  readonly requests: readonly HostileRequest[];
  /** What answers from now on; assign to change it between requests. */
  script: HostileScript;
  /** Takes no more connections; those that are open go on. */
  stopListening(): void;
}

/** Starts a host on a free port of 127.0.0.1; it is closed with the test. */
export async function startHostileHost(test: Ending, script: HostileScript): Promise<HostileHost> {
  const requests: HostileRequest[] = [];
  const server = createServer((message) => {
    const { socket } = message;
    // A client that dislikes what it reads may reset while we still write.
    if (socket.listenerCount('error') < 2) socket.on('error', () => {});
    message.on('error', () => {});
    const request: HostileRequest = {
      method: message.method ?? '',
      url: message.url ?? '',
      headers: message.headers,
      rawHeaders: message.rawHeaders,
      body: () => buffer(message),
      gone: new Promise((resolve) => {
        if (socket.destroyed) resolve();
        else socket.once('close', () => resolve());
      }),
    };
    requests.push(request);
    host.script(request, socket);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const closed = new Promise((resolve) => server.once('close', resolve));
  const stopListening = (): void => void server.close();
  const host: HostileHost = { url: `http://127.0.0.1:${port}`, port, requests, script, stopListening };
  test.teardown(async () => {
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return host;
}

/** A whole response as bytes: status line, the headers given, and a body that `Content-Length` measures unless a header frames it. */
export function rawResponse(
  status: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isFramed = names.includes('content-length') || names.includes('transfer-encoding');
  const all = isFramed ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

/** Scripts of hosts that misbehave in one way each. */
export const hostileScripts = {
  /** Sends the client elsewhere. */
  redirect:
    (location: string, status = '301 Moved Permanently'): HostileScript =>
    (_, socket) =>
      socket.write(rawResponse(status, { Location: location })),

  /** Asks for a credential the gateway does not have. */
  challenge: (_: HostileRequest, socket: Socket) =>
    socket.write(rawResponse('401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="host"' }, 'who?\n')),

  /** Answers a page where git bytes belong, as a host's login wall does. */
  page: (_: HostileRequest, socket: Socket) =>
    socket.write(rawResponse('200 OK', { 'Content-Type': 'text/html' }, '<script>alert(1)</script>')),

  /** Frames its body twice, by length and by chunks (RFC 9112 §6.3 case 3: treat as an error). */
  twiceFramed: (_: HostileRequest, socket: Socket) =>
    socket.write(
      rawResponse(
        '200 OK',
        { 'Content-Length': '4', 'Transfer-Encoding': 'chunked' },
        '4\r\n0000\r\n0\r\n\r\n',
      ),
    ),

  /** Closes before the length it announced. */
  shortBody:
    (contentType: string, sent: Buffer, announced: number): HostileScript =>
    (_, socket) =>
      socket.end(
        rawResponse('200 OK', { 'Content-Type': contentType, 'Content-Length': String(announced) }, sent),
      ),

  /** Closes inside a chunk. */
  shortChunk:
    (contentType: string, sent: Buffer): HostileScript =>
    (_, socket) =>
      socket.end(
        rawResponse(
          '200 OK',
          { 'Content-Type': contentType, 'Transfer-Encoding': 'chunked' },
          Buffer.concat([Buffer.from(`${(sent.length + 1).toString(16)}\r\n`), sent]),
        ),
      ),

  /** Says interim responses before the final one. */
  interim:
    (interim: readonly string[], final: Buffer): HostileScript =>
    (_, socket) =>
      socket.write(
        Buffer.concat([...interim.map((status) => Buffer.from(`HTTP/1.1 ${status}\r\n\r\n`)), final]),
      ),

  /** Says nothing until `release` resolves, then answers. */
  slowFirstByte:
    (release: Promise<void>, answer: HostileScript): HostileScript =>
    async (request, socket) => {
      await release;
      return answer(request, socket);
    },

  /** Closes without a byte. */
  silentClose: (_: HostileRequest, socket: Socket) => socket.destroy(),
} as const;
