/** The client connections of a door: their names, their turn-taking, and the raw sockets under TLS that a cut must be able to reset. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** One TCP connection of a client, TLS inside it or not. */
export interface Connection {
  readonly id: string;
  /** The peer's address as the socket has it. */
  readonly peer: string;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
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
 */
export function watchConnections(server: Server): Connections {
  const byPeer = new Map<string, Connection>();
  const bySocket = new WeakMap<Socket, Connection>();
  const all = new Set<Connection>();

  server.on('connection', (raw: Socket) => {
    const key = peerKey(raw);
    const connection = track(raw);
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
    if (connection !== undefined) bySocket.set(secure, connection);
  });

  return {
    of(socket) {
      const known = bySocket.get(socket) ?? track(socket);
      bySocket.set(socket, known);
      return known;
    },
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

function track(raw: Socket): Connection {
  let last: Promise<void> = Promise.resolve();
  return {
    id: randomBytes(9).toString('base64url'),
    peer: raw.remoteAddress ?? '',
    closed: new Promise((resolve) => {
      if (raw.closed) resolve();
      else raw.once('close', () => resolve());
    }),
    reset() {
      if (raw.destroyed) return;
      try {
        raw.resetAndDestroy();
      } catch {
        raw.destroy();
      }
    },
    inTurn(work) {
      last = last.then(work, work);
    },
  };
}
