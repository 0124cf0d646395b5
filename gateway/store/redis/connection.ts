/** The way to one Redis: scripts with a deadline of ours, published changes, and nothing queued while it is away. */
import { performance } from 'node:perf_hooks';
import { createClient } from 'redis';
import { StoreError } from '../store-error.ts';
import { channel, prefix, reading, type Script } from './script.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls:
    | { readonly ca?: string; readonly servername?: string; readonly cert?: string; readonly key?: string }
    | undefined;
  /** How long one answer may take. */
  readonly timeoutMs: number;
}

export interface RedisConnection {
  /** Runs a script; the answer's first value is the store's time. Rejects with a `StoreError`. */
  read(script: Script, args: readonly string[]): Promise<unknown[]>;
  /** Runs a changing script under a deadline, store time; past it nothing was done. */
  change(script: Script, node: string, args: readonly string[]): Promise<unknown[]>;
  /** A command outside scripts, for start-up checks. */
  command(args: readonly string[]): Promise<unknown>;
  /** Each published message, and `undefined` after a reconnect. */
  onMessage(listener: (message: string | undefined) => void): () => void;
  close(): Promise<void>;
}

/** Hooks into each call, for tests that stop a process at a chosen moment. */
export type Step = (name: string, when: 'before' | 'after') => Promise<void>;

const longestBackOffMs = 1_000;

/** Only the time. */
export const timeScript: Script = reading('now', 'return { int(now) }');

export async function openConnection(
  address: RedisAddress,
  onTrouble: (error: unknown) => void,
  step: Step = async () => undefined,
): Promise<RedisConnection> {
  const { host, port, timeoutMs } = address;
  const client = createClient({
    socket: {
      host,
      port,
      connectTimeout: Math.max(timeoutMs, 1_000),
      // A command once written has no timeout of its own in node-redis: a silent peer is given up with its socket.
      socketTimeout: Math.max(timeoutMs * 4, 5_000),
      keepAlive: true,
      noDelay: true,
      reconnectStrategy: (retries: number) =>
        Math.min(2 ** Math.min(retries, 10) * 10, longestBackOffMs) * (0.5 + Math.random() / 2),
      ...(address.tls === undefined ? {} : { tls: true as const, ...address.tls }),
    },
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    // An idle connection is asked now and then, or the socket's timeout would end it.
    pingInterval: 2_000,
    // What cannot be sent now must not be sent later, when nobody waits for it any more.
    disableOfflineQueue: true,
    RESP: 2,
    // CLIENT SETINFO is newer than Redis 7.0, and one more right to give.
    disableClientInfo: true,
  });
  const listeners = new Set<(message: string | undefined) => void>();
  const tell = (message: string | undefined): void => {
    for (const listener of [...listeners]) listener(message);
  };
  client.on('error', onTrouble);
  const subscriber = client.duplicate({ disableOfflineQueue: false });
  subscriber.on('error', onTrouble);
  let subscribed = false;
  subscriber.on('ready', () => {
    if (subscribed) tell(undefined);
  });

  /** Store time minus this process's monotonic time, from the last answer; the sending side is taken, so it errs early. */
  let offsetMs: number | undefined;
  const within = async <T>(what: string, work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new StoreError('STORE_UNREACHABLE', `the store did not answer ${what} within ${timeoutMs} ms`),
          ),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([work, late]);
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      throw new StoreError('STORE_UNREACHABLE', `the store did not answer ${what}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  };
  const evaluate = async (script: Script, args: readonly string[]): Promise<unknown[]> => {
    const call = (how: readonly string[]): Promise<unknown> =>
      client.sendCommand([...how, '1', prefix, ...args]);
    await step(script.name, 'before');
    const sentAt = performance.now();
    const answer = await within(
      script.name,
      call(['EVALSHA', script.sha]).catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
          return call(['EVAL', script.source]);
        throw error;
      }),
    );
    if (!Array.isArray(answer) || typeof answer[0] !== 'string')
      throw new StoreError('STORE_SHAPE', `the store's answer to ${script.name} is none this version knows`);
    offsetMs = Number(answer[0]) - sentAt;
    await step(script.name, 'after');
    return answer;
  };

  try {
    // The client itself would try for ever.
    const connected = Promise.all([client.connect(), subscriber.connect()]).then(() =>
      subscriber.subscribe(channel, (message) => tell(message)),
    );
    connected.catch(() => undefined);
    await within('the first connection', connected);
    subscribed = true;
  } catch (cause) {
    client.destroy();
    subscriber.destroy();
    throw new StoreError('STORE_UNREACHABLE', `no connection to the store at ${host}:${port}`, { cause });
  }

  return {
    read: evaluate,
    async change(script, node, args) {
      if (offsetMs === undefined) await evaluate(timeScript, []);
      const deadline = Math.round(performance.now() + (offsetMs ?? 0) + timeoutMs);
      const answer = await evaluate(script, [String(deadline), node, ...args]);
      if (answer[1] === 'late')
        throw new StoreError(
          'STORE_DEADLINE',
          `${script.name} reached the store too late; nothing was changed`,
        );
      return answer;
    },
    command: (args) => within(args[0] ?? 'a command', client.sendCommand([...args])),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      client.destroy();
      subscriber.destroy();
    },
  };
}
