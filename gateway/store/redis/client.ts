/** One connection of the redis package to one server: it never queues, never reconnects, and ends by itself when the server falls silent. */
import { createClient } from 'redis';
import { addressText, type HostPort, type RedisAccess } from './address.ts';
import { within } from './patience.ts';

export interface RedisClient {
  /** Sends a command at once, or rejects. */
  send(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Resolves with the reason once the connection is over, `close` included. */
  readonly ended: Promise<Error>;
  close(reason?: Error): void;
}

/** A connection is asked this often whether somebody is still there. */
const askEveryMs = 1_000;

/** What each connection is made after; never connected itself. */
const aPattern = () =>
  createClient({
    // What cannot be sent now must not be sent later, when nobody waits for it any more.
    disableOfflineQueue: true,
    RESP: 2,
    // CLIENT SETINFO is newer than Redis 7.0, and one more right to give.
    disableClientInfo: true,
  });

/** One for all: createClient sets its hundreds of commands up anew for every other address, which is 25 ms of the processor. */
let pattern: ReturnType<typeof aPattern> | undefined;

/** Connects; rejects when that fails or takes longer than an answer may. */
export async function openClient(
  where: HostPort,
  access: Pick<RedisAccess, 'tls' | 'timeoutMs'> & Partial<RedisAccess>,
): Promise<RedisClient> {
  const { username, password, tls, timeoutMs } = access;
  pattern ??= aPattern();
  const client = pattern.duplicate({
    socket: {
      ...where,
      connectTimeout: Math.max(timeoutMs, 1_000),
      keepAlive: true,
      noDelay: true,
      // The next connection may have to go elsewhere, and must be looked at before it is used.
      reconnectStrategy: false,
      ...(tls === undefined ? {} : { tls: true as const, ...tls }),
    },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  let end: (reason: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => {
    end = resolve;
  });
  let asking: NodeJS.Timeout | undefined;
  const close = (reason: Error): void => {
    clearInterval(asking);
    end(reason);
    client.destroy();
  };
  client.on('error', close);

  const lateAfterMs = Math.max(timeoutMs, 1_000);
  try {
    // The handshake of a server that took the connection and says nothing has no timeout of its own.
    await within(
      lateAfterMs,
      client.connect(),
      () => new Error(`${addressText(where)} did not answer within ${lateAfterMs} ms`),
    );
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    close(reason);
    throw reason;
  }

  // A command once written has no timeout in node-redis, and the socket's own one starts anew with every write.
  const silentAfterMs = Math.max(timeoutMs * 2, 3_000);
  let heardAtMs = performance.now();
  asking = setInterval(() => {
    if (performance.now() - heardAtMs > silentAfterMs)
      close(new Error(`${addressText(where)} has not answered for ${silentAfterMs} ms`));
    else
      client.ping().then(
        () => {
          heardAtMs = performance.now();
        },
        () => undefined,
      );
  }, askEveryMs);

  return {
    send: (args) => client.sendCommand([...args]),
    subscribe: async (channel, listener) => client.subscribe(channel, listener),
    ended,
    close: (reason = new Error('the connection was closed')) => close(reason),
  };
}
