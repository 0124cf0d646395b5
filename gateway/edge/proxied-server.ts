/** Puts the reading of PROXY headers in front of a server: it sees a connection once it is known whose it is. */
import { BlockList, isIP, type Server, type Socket } from 'node:net';
import type { Cidr } from '../../config/schema.ts';
import { type ProxiedClient, ProxyHeaderReader } from './proxy-header.ts';

export interface ProxiedServerOptions {
  /** Peers that must send a header. What others send goes to the server as it is, to which a header is no greeting. */
  readonly from: readonly Cidr[];
  /** How long a balancer gets for its header. */
  readonly withinMs: number;
  /** A connection that was closed for its header: none, a broken or a late one. */
  onTurnedAway(address: string, why: 'proxy-header' | 'proxy-header-late'): void;
}

export interface ProxiedServer {
  /** Whom the balancer named for a connection; undefined for its own ones, and for those that came without one. */
  clientOf(socket: Socket): ProxiedClient | undefined;
  /** Resets the connections that have not sent their header yet. */
  resetWaiting(): void;
}

/**
 * Takes over a server's `connection` listeners, all that were added before: they are called with the socket as it came, the
 * header taken off and what came behind it put back (`unshift`), which HTTP, TLS and SSH all read from. The last listeners of
 * a server to be added, therefore.
 */
export function readProxyHeaders(server: Server, options: ProxiedServerOptions): ProxiedServer {
  const balancers = new BlockList();
  for (const { address, prefix, family } of options.from) balancers.addSubnet(address, prefix, family);
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const clients = new WeakMap<Socket, ProxiedClient>();
  const waiting = new Set<Socket>();
  const handOn = (socket: Socket): void => {
    for (const listener of listeners) listener.call(server, socket);
  };

  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? '';
    if (!balancers.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4')) return handOn(socket);
    waiting.add(socket);
    const reader = new ProxyHeaderReader();
    let hasBegun = false;
    const stop = (): void => {
      clearTimeout(late);
      waiting.delete(socket);
      socket.off('readable', onReadable).off('end', onEnd).off('close', stop);
    };
    const turnAway = (why: 'proxy-header' | 'proxy-header-late'): void => {
      stop();
      options.onTurnedAway(peer, why);
      socket.destroy();
    };
    const onReadable = (): void => {
      try {
        const chunk: Buffer | null = socket.read();
        if (chunk === null) return;
        hasBegun = true;
        const header = reader.feed(chunk);
        if (header === undefined) return;
        stop();
        if (header.client !== undefined) clients.set(socket, header.client);
        if (header.rest.length > 0) socket.unshift(header.rest);
      } catch {
        turnAway('proxy-header');
        return;
      }
      // A tick later: until then the stream takes itself for one that somebody reads by `readable`.
      process.nextTick(() => {
        if (!socket.destroyed) handOn(socket);
      });
    };
    // A balancer that only looks whether the port is open says nothing at all.
    const onEnd = (): void => {
      if (hasBegun) {
        turnAway('proxy-header');
        return;
      }
      stop();
      socket.destroy();
    };
    const late = setTimeout(() => turnAway('proxy-header-late'), options.withinMs);
    socket.on('readable', onReadable).on('end', onEnd).on('error', ignore).on('close', stop);
  });

  return {
    clientOf: (socket) => clients.get(socket),
    resetWaiting() {
      for (const socket of waiting) socket.resetAndDestroy();
    },
  };
}

/** `close` follows. */
function ignore(): void {
  return;
}
