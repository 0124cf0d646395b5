/** The SSH door: its port, its sockets and their bounds, and the SSH server behind them. */
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type Connection as Ssh2Connection } from 'ssh2';
import type { Config } from '../../config/schema.ts';
import { normaliseAddress } from '../identity/client-address.ts';
import { agreedAlgorithms } from '../ssh/ssh2-algorithms.ts';
import { boundAddresses } from './address-bound.ts';
import { corkWrites } from './cork-writes.ts';
import { readProxyHeaders } from './proxied-server.ts';
import { resetSocket } from './reset-socket.ts';
import { attendSshClient, type SshClient } from './ssh-client.ts';
import type { SshConnection, SshVisitor } from './ssh-visitor.ts';
import { checkSsh2, socketOf } from './ssh2-privates.ts';

export interface SshDoor {
  readonly port: number;
  /** Open connections. */
  readonly size: number;
  /** Takes no new connections, ends those on which nothing runs; resolves when the last one is gone. */
  close(): Promise<void>;
  resetAll(): void;
}

export interface SshDoorOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly proxyProtocolFrom: Config['https']['proxyProtocolFrom'];
  /** Private keys in OpenSSH's format; the first of each type is the door's. */
  readonly hostKeys: readonly string[];
  readonly limits: Pick<
    Config['limits'],
    'tlsHandshakeMs' | 'headersMs' | 'idleMs' | 'maxConnections' | 'maxConnectionsPerAddress'
  >;
  /** From the agreed keys until the client is let in, in which a person may have to touch a key; OpenSSH's own grace. */
  readonly authenticationMs?: number;
  visit(connection: SshConnection): SshVisitor;
  /** A connection that was no visit: too many of one address, no SSH, too slow. */
  onTurnedAway(address: string, why: string): void;
  onFault(error: unknown): void;
}

/** Asked every 15 s, a client may be silent for two minutes: bulk data delays its answers. */
const keepaliveIntervalMs = 15_000;
const keepalivesUnanswered = 8;

/** What is known of a socket beside its connection. */
interface Tracked {
  readonly connection: Omit<SshConnection, 'client'>;
  client: SshClient | undefined;
  stage: 'greeting' | 'handshake' | 'ready' | 'overdue';
  deadline: NodeJS.Timeout | undefined;
}

/** Opens the door; rejects when the address is taken, a host key cannot be used, or ssh2 is not the one this is made for. */
export async function openSshDoor(options: SshDoorOptions): Promise<SshDoor> {
  const { limits, onTurnedAway, onFault, authenticationMs = 120_000 } = options;
  const server = new ssh2.Server({
    hostKeys: [...options.hostKeys],
    ident: 'Sluice',
    algorithms: agreedAlgorithms,
    keepaliveInterval: keepaliveIntervalMs,
    keepaliveCountMax: keepalivesUnanswered,
  });
  await checkSsh2(server);
  const all = new Map<Socket, Tracked>();
  let draining = false;

  server.on('connection', (client: Ssh2Connection, { header }) => {
    const socket = socketOf(client) as Socket;
    const tracked = all.get(socket);
    if (tracked === undefined) throw new Error('a client came on a socket of nobody');
    const { software } = header.versions;
    const connection = { ...tracked.connection, client: software };
    tracked.client = attendSshClient(client, {
      connection,
      visitor: options.visit(connection),
      idleMs: limits.idleMs,
      draining: () => draining,
      onStage(stage) {
        tracked.stage = stage;
        clearTimeout(tracked.deadline);
        if (stage === 'handshake') tracked.deadline = deadline(socket, tracked, authenticationMs);
      },
      allow(ms) {
        if (tracked.stage !== 'handshake') return;
        clearTimeout(tracked.deadline);
        tracked.deadline = deadline(socket, tracked, ms);
      },
      onFault,
    });
  });

  const deadline = (socket: Socket, tracked: Tracked, ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      // What greeted as no SSH client does is told of when it is closed.
      if (tracked.client !== undefined || socket.bytesRead === 0) {
        tracked.stage = 'overdue';
        onTurnedAway(tracked.connection.address, 'ssh-too-slow');
      }
      tracked.connection.reset();
    }, ms).unref();

  const bound = boundAddresses(limits.maxConnectionsPerAddress);
  const listener = createServer({ noDelay: true, keepAlive: true });
  listener.maxConnections = limits.maxConnections;
  listener.on('drop', (data) => onTurnedAway(data?.remoteAddress ?? '', 'too-many-connections'));
  listener.on('connection', (socket: Socket) => {
    const peer = normaliseAddress(socket.remoteAddress ?? '') ?? 'unknown';
    const address = proxied.clientOf(socket)?.address ?? peer;
    if (draining || !bound.admit(address, socket)) {
      if (!draining) onTurnedAway(address, 'too-many-connections');
      socket.destroy();
      return;
    }
    const connection = connectionOf(socket, address, peer);
    const tracked: Tracked = {
      connection,
      client: undefined,
      stage: 'greeting',
      deadline: undefined,
    };
    tracked.deadline = deadline(socket, tracked, limits.tlsHandshakeMs);
    all.set(socket, tracked);
    socket.once('close', () => {
      all.delete(socket);
      clearTimeout(tracked.deadline);
      // A balancer that only looks whether the port is open says nothing.
      if (tracked.stage === 'greeting' && socket.bytesRead > 0) onTurnedAway(address, 'no-ssh');
    });
    corkWrites(socket);
    server.injectSocket(socket);
  });
  const proxied = readProxyHeaders(listener, {
    from: options.proxyProtocolFrom,
    withinMs: limits.headersMs,
    onTurnedAway,
  });

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(options.listen.port, options.listen.host, () => {
      listener.off('error', reject);
      resolve();
    });
  });

  return {
    port: (listener.address() as AddressInfo).port,
    get size() {
      return all.size;
    },
    close() {
      draining = true;
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      proxied.resetWaiting();
      for (const { client, connection, stage } of all.values()) {
        if (client === undefined || stage !== 'ready') connection.reset();
        else client.endWhenIdle();
      }
      return closed;
    },
    resetAll() {
      for (const { connection } of all.values()) connection.reset();
    },
  };
}

function connectionOf(socket: Socket, address: string, peer: string): Tracked['connection'] {
  return {
    id: randomBytes(9).toString('base64url'),
    address,
    peer,
    socket,
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
    reset() {
      resetSocket(socket);
    },
  };
}
