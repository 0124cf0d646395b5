/** One SSH connection to a Git host, whose key is pinned; with the pool beside it the only code of the relay that knows ssh2. */
import { connect, isIP, type Socket } from 'node:net';
import ssh2, { type ClientChannel } from 'ssh2';
import type { PinnedKeys } from '../../ssh/known-hosts.ts';
import { fingerprint } from '../../ssh/public-key.ts';
import { smallestPacket } from '../../ssh/smallest-packet.ts';
import { agreedAlgorithms } from '../../ssh/ssh2-algorithms.ts';
import { isInside, publicLookup } from '../public-addresses.ts';
import { UpstreamTroubleError } from '../upstream-trouble.ts';

/** Where a host is, and as whom. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** What the gateway shows the host, and what it wants to be shown. */
export interface SshIdentity {
  /** A private key as its file has it. */
  readonly keyText: string;
  readonly pinned: PinnedKeys;
}

export interface SshConnecting {
  /** How long until the host has let us in. */
  readonly connectMs: number;
  readonly allowPrivateAddresses: boolean;
}

/** A command that runs. */
export interface HostChannel {
  readonly channel: ClientChannel;
  /** Its exit status, 255 for one that a signal ended; undefined before it has ended, and when its connection broke. */
  exitCode(): number | undefined;
}

export interface SshConnection {
  /** Runs a command. Rejects when the connection breaks first, or the host opens no more channels on it. */
  exec(command: string, environment: Readonly<Record<string, string>>): Promise<HostChannel>;
  readonly closed: Promise<void>;
  /** Ends it, and what runs on it. */
  end(): void;
}

/** Asked every 15 s, a host may be silent for a minute. */
const keepaliveIntervalMs = 15_000;
const keepalivesUnanswered = 4;

/** Nothing with CBC. */
const ciphers: ssh2.CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes256-ctr',
];

/**
 * Connects, and is let in. Rejects with an `UpstreamTroubleError`; a host with another key is shown nothing, and the cause of
 * that error has the fingerprints.
 */
export async function connectSsh(
  address: SshAddress,
  { keyText, pinned }: SshIdentity,
  { connectMs, allowPrivateAddresses }: SshConnecting,
): Promise<SshConnection> {
  const startedAt = performance.now();
  const sock = await openSocket(address, connectMs, allowPrivateAddresses);
  const client = new ssh2.Client();
  let shown: string | undefined;
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
    sock.once('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    // Stays for good: after a failure ssh2 tells of a second one, which without a listener would end the process (mscdex/ssh2#1192).
    client.on('error', (error: Error & { level?: string }) => reject(troubleOf(error, shown, pinned)));
    client.once('ready', () => resolve());
    void closed.then(() => reject(unreachable(new Error('the host closed the connection'))));
    try {
      client.connect({
        sock,
        username: address.user,
        privateKey: keyText,
        authHandler: ['publickey'],
        hostVerifier: (blob: Buffer) => {
          if (pinned.isPinned(blob)) return true;
          shown = fingerprint(blob);
          return false;
        },
        algorithms: {
          ...agreedAlgorithms,
          cipher: ciphers,
          serverHostKey: signaturesOf(pinned) as ssh2.ServerHostKeyAlgorithm[],
        },
        readyTimeout: Math.max(1, connectMs - (performance.now() - startedAt)),
        keepaliveInterval: keepaliveIntervalMs,
        keepaliveCountMax: keepalivesUnanswered,
      });
    } catch (error) {
      reject(unreachable(error));
    }
  }).catch((error: unknown) => {
    client.destroy();
    sock.destroy();
    throw error;
  });
  return {
    closed,
    exec: (command, env) =>
      new Promise((resolve, reject) => {
        let isLate = false;
        const timer = setTimeout(() => {
          isLate = true;
          reject(new Error('the host did not take the command in time'));
        }, connectMs);
        void closed.then(() => {
          clearTimeout(timer);
          reject(new Error('the connection to the host broke'));
        });
        client.exec(command, { env }, (error, channel) => {
          clearTimeout(timer);
          if (error !== undefined) reject(error);
          else if (isLate) channel.close();
          else if (packetOf(channel) < smallestPacket) {
            channel.close();
            reject(new Error(`the host takes ${packetOf(channel)} bytes in a packet`));
          } else resolve(watched(channel));
        });
      }),
    end() {
      client.end();
      // A host that does not answer the goodbye keeps no socket here.
      sock.destroySoon();
    },
  };
}

/** The most it takes at once, which ssh2 keeps to itself. */
function packetOf(channel: ClientChannel): number {
  return (channel as unknown as { outgoing: { packetSize: number } }).outgoing.packetSize;
}

/** Listens from the first moment: a short command's end can come in one piece with its beginning. */
function watched(channel: ClientChannel): HostChannel {
  let exitCode: number | undefined;
  channel.on('exit', (code: number | null) => {
    exitCode = code ?? 255;
  });
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  return { channel, exitCode: () => exitCode };
}

/** A host with several keys is asked for one that is pinned. */
function signaturesOf({ keys }: PinnedKeys): readonly string[] {
  return [
    ...new Set(keys.flatMap(({ type }) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]))),
  ];
}

async function openSocket(
  { host, port }: SshAddress,
  connectMs: number,
  allowPrivateAddresses: boolean,
): Promise<Socket> {
  // A literal address is never looked up.
  if (!allowPrivateAddresses && isIP(host) !== 0 && isInside(host))
    throw unreachable(new Error('the host’s address is not public'));
  const socket = connect({ host, port, ...(allowPrivateAddresses ? {} : { lookup: publicLookup }) });
  return await new Promise((resolve, reject) => {
    const late = new Error('the host did not take the connection in time');
    const timer = setTimeout(() => socket.destroy(late), connectMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      // 80 ms a connection otherwise.
      socket.setNoDelay(true);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(unreachable(error));
    });
  });
}

function troubleOf(
  error: Error & { level?: string },
  shown: string | undefined,
  { keys }: PinnedKeys,
): UpstreamTroubleError {
  const expected = keys.map(({ blob, type }) => `${fingerprint(blob)} (${type})`).join(', ');
  if (shown !== undefined)
    return new UpstreamTroubleError(
      { kind: 'host-key' },
      `the host shows the key ${shown}; pinned is ${expected}`,
    );
  if (/no matching host key format/i.test(error.message))
    return new UpstreamTroubleError(
      { kind: 'host-key' },
      `the host has no key of the pinned types; pinned is ${expected}`,
    );
  if (error.level === 'client-authentication')
    return new UpstreamTroubleError({ kind: 'credential-refused' }, 'the host does not take the key', {
      cause: error,
    });
  return unreachable(error);
}

function unreachable(cause: unknown): UpstreamTroubleError {
  return new UpstreamTroubleError({ kind: 'unreachable' }, 'the host cannot be reached by SSH', { cause });
}
