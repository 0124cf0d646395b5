/** The HTTPS door: one port for git and for the page, its sockets, its bounds, and the order of requests. */
import {
  Server as HttpServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Config } from '../../config/schema.ts';
import { boundAddresses } from './address-bound.ts';
import { type Connection, type Connections, watchConnections } from './connections.ts';
import { readProxyHeaders } from './proxied-server.ts';

/** A running door. */
export interface HttpsDoor {
  readonly port: number;
  readonly connections: Connections;
  /** New connections get this certificate; running ones keep theirs. */
  useCertificate(pair: SecureContextOptions): void;
  /** Takes no new connections; resolves when the last one is gone. */
  close(): Promise<void>;
}

/** One request at the door. The next request of its connection waits for the promise and for the end of the response. */
export type Visit = (
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
) => Promise<void>;

export interface HttpsDoorOptions {
  readonly listen: Config['https']['listen'];
  /** Balancers that put a PROXY header in front of each connection. */
  readonly proxyProtocolFrom: Config['https']['proxyProtocolFrom'];
  /** Undefined speaks plain HTTP, behind trusted proxies only. */
  readonly certificate: SecureContextOptions | undefined;
  readonly limits: Pick<
    Config['limits'],
    | 'headersMs'
    | 'keepAliveMs'
    | 'idleMs'
    | 'maxHeaderBytes'
    | 'tlsHandshakeMs'
    | 'maxConnections'
    | 'maxConnectionsPerAddress'
  >;
  readonly visit: Visit;
  /** A connection or request that never became a visit: bad TLS, bad HTTP, too many of one address. */
  onTurnedAway(address: string, why: string): void;
  /** A visit threw: a fault of ours. Its connection is reset, the others go on. */
  onFault(error: unknown): void;
}

/** How long a connection that spoke no HTTP gets to read why it ends. */
const turnedAwayMs = 2_000;

/** Opens the door; rejects when the address is taken. */
export async function openHttpsDoor(options: HttpsDoorOptions): Promise<HttpsDoor> {
  const { limits, visit, onTurnedAway } = options;
  const http: ServerOptions = {
    // Node's default of 300 s for a whole request kills slow pushes (nodejs/node#46574); the grant's end is the only deadline.
    requestTimeout: 0,
    headersTimeout: limits.headersMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.maxHeaderBytes,
    connectionsCheckingInterval: 5_000,
    noDelay: true,
    keepAlive: true,
  };
  const server =
    options.certificate === undefined
      ? new HttpServer(http)
      : new HttpsServer({
          ...http,
          ...options.certificate,
          // HTTP/1.1 only: the cut is written into this framing.
          ALPNProtocols: ['http/1.1'],
          minVersion: 'TLSv1.2',
          handshakeTimeout: limits.tlsHandshakeMs,
        });
  server.maxConnections = limits.maxConnections;
  // Silence inside a request, whoever sends it; transfers under a lease are watched by that.
  server.timeout = limits.idleMs;
  const connections = watchConnections(server as HttpServer, (raw) => proxied.clientOf(raw));

  const bound = boundAddresses(limits.maxConnectionsPerAddress);
  server.on('connection', (socket) => {
    const address = proxied.clientOf(socket)?.address ?? socket.remoteAddress ?? '';
    if (bound.admit(address, socket)) return;
    onTurnedAway(address, 'too-many-connections');
    socket.destroy();
  });
  const secured = new WeakSet<object>();
  /** Responses that are not over yet, by socket. */
  const answering = new WeakMap<object, number>();
  server.on('secureConnection', (socket) => secured.add(socket));
  server.on('tlsClientError', (error, socket) => {
    onTurnedAway(socket.remoteAddress ?? '', turnedAwayFor(error));
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Told twice by Node. Nothing can be written before TLS is agreed, and what waits to be written would keep the socket.
    if (server instanceof HttpsServer && !secured.has(socket)) return void socket.destroy();
    const address = 'remoteAddress' in socket ? String(socket.remoteAddress ?? '') : '';
    onTurnedAway(address, turnedAwayFor(error));
    // What is written here would stand inside the answer that is on its way.
    const isAnswering = (answering.get(socket) ?? 0) > 0;
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy();
    const [status, text] =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? [
            '431 Request Header Fields Too Large',
            `the request's headers are longer than ${limits.maxHeaderBytes} bytes`,
          ]
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? ['408 Request Timeout', 'the request’s headers did not arrive in time']
          : ['400 Bad Request', 'that is not an HTTP/1.1 request'];
    const body = `sluice: ${text}\n`;
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    setTimeout(() => socket.destroy(), turnedAwayMs).unref();
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    answering.set(socket, (answering.get(socket) ?? 0) + 1);
    response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
    const connection = connections.of(socket);
    connection.inTurn(async () => {
      // What came behind the last answer is for another connection: here it could be met by a reset.
      if (response.destroyed || connection.isEnding) return;
      const over = new Promise<void>((resolve) => response.once('close', resolve));
      try {
        await visit(request, response, connection);
      } catch (error) {
        options.onFault(error);
        connection.reset();
      }
      await over;
    });
  });

  const proxied = readProxyHeaders(server, {
    from: options.proxyProtocolFrom,
    withinMs: limits.tlsHandshakeMs,
    onTurnedAway,
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen.port, options.listen.host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    connections,
    useCertificate(pair) {
      if (server instanceof HttpsServer) server.setSecureContext(pair);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      proxied.resetWaiting();
      return closed;
    },
  };
}

/** Error codes are few and ours to show; their texts hold what strangers sent. */
function turnedAwayFor(error: NodeJS.ErrnoException): string {
  return (error.code ?? 'bad-request').toLowerCase().replaceAll('_', '-').slice(0, 60);
}
