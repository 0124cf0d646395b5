/** The client connections of a door: their names, their turn-taking, and the raw sockets under TLS that a cut must be able to reset. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ProxiedClient } from './proxy-header.ts';
import { resetSocket } from './reset-socket.ts';

/** One TCP connection of a client, TLS inside it or not. */
export interface Connection {
  readonly id: string;
  /** The peer's address as the socket has it. */
  readonly peer: string;
  /** The address a balancer's PROXY header named. */
  readonly proxied: string | undefined;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /**
   * Ends the connection once no byte has moved on it for so long; 0 while a lease watches its transfer, in which the host
   * may be what moves.
   */
  endAfterSilence(ms: number): void;
  /** It was ended for its silence. */
  readonly fellSilent: boolean;
  /** Ends it behind what it was given to send, and takes no further request. */
  end(): void;
  /** Whether it was ended so. */
  readonly isEnding: boolean;
  /** Drops what the kernel still holds and resets the connection (RST); harmless on a dead one. */
  reset(): void;
  /** Runs `work` after all work given before it has ended: a pipelined request must not overtake, nor run beside, the first. */
  inTurn(work: () => Promise<void>): void;
}

/** Finds the connection a request came on. */
export interface Connections {
  of(socket: Socket): Connection;
  readonly size: number;
  resetAll(): void;
}

/**
 * Watches a server's connections. TLS sockets cannot be reset (`resetAndDestroy` throws ERR_INVALID_HANDLE_TYPE on Node 20),
 * so the raw socket of each is kept from the `connection` event and found again by the peer's port.
 *
 * @param clientOf whom the connection's PROXY header named
 */
export function watchConnections(
  server: Server,
  clientOf: (raw: Socket) => ProxiedClient | undefined,
): Connections {
  const byPeer = new Map<string, Tracked>();
  const bySocket = new WeakMap<Socket, Tracked>();
  const all = new Set<Tracked>();
  const known = (socket: Socket): Tracked => {
    const connection = bySocket.get(socket) ?? track(socket, undefined);
    bySocket.set(socket, connection);
    return connection;
  };

  server.on('connection', (raw: Socket) => {
    const key = peerKey(raw);
    const connection = track(raw, clientOf(raw)?.address);
    bySocket.set(raw, connection);
    byPeer.set(key, connection);
    all.add(connection);
    raw.once('close', () => {
      all.delete(connection);
      if (byPeer.get(key) === connection) byPeer.delete(key);
    });
  });
  server.on('secureConnection', (secure: Socket) => {
    const connection = byPeer.get(peerKey(secure));
    if (connection === undefined) return;
    bySocket.set(secure, connection);
    connection.speaksThrough(secure);
  });
  server.on('timeout', (socket) => {
    known(socket).silent();
    socket.destroy();
  });

  return {
    of: known,
    get size() {
      return all.size;
    },
    resetAll() {
      for (const connection of all) connection.reset();
    },
  };
}

function peerKey(socket: Socket): string {
  return `${socket.remoteAddress ?? ''} ${String(socket.remotePort ?? '')} ${String(socket.localPort ?? '')}`;
}

interface Tracked extends Connection {
  /** TLS was agreed: this is the socket that requests are read from. */
  speaksThrough(secure: Socket): void;
  silent(): void;
}

function track(raw: Socket, proxied: string | undefined): Tracked {
  let last: Promise<void> = Promise.resolve();
  let socket = raw;
  let fellSilent = false;
  let isEnding = false;
  return {
    id: randomBytes(9).toString('base64url'),
    peer: raw.remoteAddress ?? '',
    proxied,
    closed: new Promise((resolve) => {
      if (raw.closed) resolve();
      else raw.once('close', () => resolve());
    }),
    endAfterSilence(ms) {
      socket.setTimeout(ms);
    },
    get fellSilent() {
      return fellSilent;
    },
    speaksThrough(secure) {
      socket = secure;
    },
    silent() {
      fellSilent = true;
    },
    end() {
      isEnding = true;
      socket.end();
    },
    get isEnding() {
      return isEnding;
    },
    reset() {
      resetSocket(raw, socket);
    },
    inTurn(work) {
      last = last.then(work, work);
    },
  };
}
