/** The SSH connections to one Git host: kept, and shared by operations. */
import { readFile } from 'node:fs/promises';
import { readKeyFile } from '../../ssh/key-file.ts';
import { parseKnownHosts } from '../../ssh/known-hosts.ts';
import { SshError } from '../../ssh/ssh-error.ts';
import { UpstreamTroubleError } from '../upstream-trouble.ts';
import {
  connectSsh,
  type HostChannel,
  type SshAddress,
  type SshConnecting,
  type SshConnection,
} from './connection.ts';
import { takeTurns } from './turns.ts';

export interface SshPool {
  /**
   * Runs a command on a connection with room, or on a new one. Where a kept one breaks before it took the command,
   * it is tried once more on a new one. Rejects with an `UpstreamTroubleError`.
   *
   * @param fresh takes a new connection
   */
  exec(command: string, environment: Readonly<Record<string, string>>, fresh?: boolean): Promise<PooledExec>;
  /** Ends every connection, and what runs on it. */
  close(): void;
}

export interface PooledExec extends HostChannel {
  /** The connection stood before: what breaks on it at once may only have been old. */
  readonly kept: boolean;
}

export interface SshPoolOptions extends SshConnecting {
  readonly address: SshAddress;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** Told of each refused host key. */
  onHostKey(error: UpstreamTroubleError): void;
}

/** OpenSSH's server allows 10 (`MaxSessions`). */
const channelsAtMost = 8;
/** OpenSSH's server drops some of what is not let in yet from the tenth on (`MaxStartups 10:30:100`), and others connect to it too. */
const startsAtMost = 5;
/** How long a connection stands idle. */
const idleMs = 60_000;

interface Kept {
  /** The files it rests on: whoever changes them ends its use. */
  readonly identity: string;
  readonly connection: Promise<SshConnection>;
  channels: number;
  stands: boolean;
  isBroken: boolean;
  idle: NodeJS.Timeout | undefined;
}

export function openSshPool(options: SshPoolOptions): SshPool {
  const { address, keyFile, knownHostsFile } = options;
  const pool = new Set<Kept>();
  const inTurn = takeTurns(startsAtMost);
  let isClosed = false;

  const letGo = (kept: Kept): void => {
    clearTimeout(kept.idle);
    kept.isBroken = true;
    pool.delete(kept);
    void kept.connection.then(
      (connection) => connection.end(),
      () => undefined,
    );
  };

  const connect = (identity: string, keyText: string, knownHosts: string): Kept => {
    const pinned = parseKnownHosts(knownHosts, address.host, address.port);
    const askedAt = performance.now();
    const connection = inTurn(async () => {
      if (isClosed) throw new Error('the connections to the host are closed');
      const connectMs = Math.max(1, options.connectMs - (performance.now() - askedAt));
      return await connectSsh(address, { keyText, pinned }, { ...options, connectMs });
    });
    const kept: Kept = { identity, connection, channels: 0, stands: false, isBroken: false, idle: undefined };
    pool.add(kept);
    connection.then(
      ({ closed }) => {
        kept.stands = true;
        void closed.then(() => letGo(kept));
      },
      (error: unknown) => {
        letGo(kept);
        if (error instanceof UpstreamTroubleError && error.trouble.kind === 'host-key')
          options.onHostKey(error);
      },
    );
    return kept;
  };

  const release = (kept: Kept, identity: string): void => {
    kept.channels -= 1;
    if (kept.channels > 0 || kept.isBroken) return;
    if (kept.identity !== identity) letGo(kept);
    else kept.idle = setTimeout(() => letGo(kept), idleMs).unref();
  };

  /** The files as they are now: a new key, or a key that is pinned no more, counts from the next command on. */
  const readIdentity = async () => {
    const [{ text }, knownHosts] = await Promise.all([
      readKeyFile(keyFile),
      readFile(knownHostsFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new SshError(
          'CONFIG_SSH_HOST',
          `${knownHostsFile} cannot be read (${error.code ?? 'unknown'})`,
        );
      }),
    ]);
    return { identity: JSON.stringify([text, knownHosts]), text, knownHosts };
  };
  let current = '';

  const exec = async (
    command: string,
    environment: Readonly<Record<string, string>>,
    fresh: boolean,
  ): Promise<PooledExec> => {
    const { identity, text, knownHosts } = await readIdentity();
    current = identity;
    for (const other of pool) if (other.identity !== identity && other.channels === 0) letGo(other);
    const standing = fresh
      ? undefined
      : [...pool].find((one) => one.identity === identity && one.channels < channelsAtMost);
    const kept = standing ?? connect(identity, text, knownHosts);
    const wasStanding = kept.stands;
    clearTimeout(kept.idle);
    kept.channels += 1;
    try {
      const connection = await kept.connection;
      const running = await connection.exec(command, environment);
      running.channel.once('close', () => release(kept, current));
      return { ...running, kept: wasStanding };
    } catch (error) {
      release(kept, current);
      if (error instanceof UpstreamTroubleError && !wasStanding) throw error;
      if (!wasStanding)
        throw new UpstreamTroubleError({ kind: 'unreachable' }, 'the host did not take the command', {
          cause: error,
        });
      return await exec(command, environment, true);
    }
  };

  return {
    async exec(command, environment, fresh = false) {
      try {
        return await exec(command, environment, fresh);
      } catch (error) {
        if (error instanceof UpstreamTroubleError) throw error;
        throw new UpstreamTroubleError({ kind: 'unreachable' }, 'no connection to the host could be tried', {
          cause: error,
        });
      }
    },
    close() {
      isClosed = true;
      for (const kept of pool) letGo(kept);
    },
  };
}
