/** The door's certificate and key as they stand on disk: a new pair is taken over while running, a broken one never. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** A pair that fits together and is good today. */
export interface ServedPair {
  /** PEM; the server's certificate first, its chain behind it. */
  readonly cert: string;
  readonly key: string;
  readonly endsAt: number;
}

export interface ServerCertificate {
  readonly current: ServedPair;
  /** Whole days until the served certificate ends; negative once it has. */
  daysLeft(now: number): number;
  close(): void;
}

export interface ServerCertificateOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** A new pair stands on disk and fits. */
  readonly onRenewed: (pair: ServedPair) => void;
  /** What stands on disk is no pair; the old one is served on. Told once for each state of the files. */
  readonly onAlarm: (message: string) => void;
  readonly now?: () => number;
  /** Runs work once after a while, unless the returned function is called. */
  readonly after?: (ms: number, work: () => Promise<void>) => () => void;
}

/**
 * How often the files are read. Watching them misses what matters: a symlink swapped as Kubernetes does, a network disk.
 * Reading two small files costs less than the watch would.
 */
const lookEveryMs = 5_000;
const dayMs = 86_400_000;

/** Opens the pair; rejects when the first one is no pair, since then there is nothing to serve. */
export async function openServerCertificate(options: ServerCertificateOptions): Promise<ServerCertificate> {
  const { certificateFile, keyFile, onRenewed, onAlarm, now = Date.now, after = onTimer } = options;
  const read = (): Promise<[string, string]> =>
    Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
  let current = fittingPair(...(await read()), now());
  let alarmed: string | undefined;
  let cancel: () => void = () => undefined;
  let closed = false;

  const look = async (): Promise<void> => {
    const seen = await read().catch((error: unknown) => messageOf(error));
    if (closed) return;
    try {
      if (typeof seen === 'string') throw new Error(seen);
      const [cert, key] = seen;
      if (cert !== current.cert || key !== current.key) {
        const pair = fittingPair(cert, key, now());
        onRenewed(pair);
        current = pair;
      }
      alarmed = undefined;
    } catch (error) {
      const state = JSON.stringify(seen);
      if (state !== alarmed)
        onAlarm(`the certificate on disk is not taken over: ${messageOf(error)}; the old one is served on`);
      alarmed = state;
    }
    cancel = after(lookEveryMs, look);
  };
  cancel = after(lookEveryMs, look);
  return {
    get current() {
      return current;
    },
    daysLeft: (at) => Math.floor((current.endsAt - at) / dayMs),
    close() {
      closed = true;
      cancel();
    },
  };
}

/** Throws with the reason when key and certificate do not belong together, are not good today, or TLS cannot be spoken with them. */
export function fittingPair(cert: string, key: string, now: number): ServedPair {
  const certificate = parsed('certificate', () => new X509Certificate(cert));
  const privateKey = parsed('key', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('key and certificate do not belong together');
  const endsAt = Date.parse(certificate.validTo);
  if (endsAt <= now) throw new Error(`the certificate ended on ${dayOf(endsAt)}`);
  const startsAt = Date.parse(certificate.validFrom);
  if (startsAt > now) throw new Error(`the certificate is not good before ${dayOf(startsAt)}`);
  // Only the first certificate was looked at; this reads the chain behind it too.
  parsed('chain', () => createSecureContext({ cert, key }));
  return { cert, key, endsAt };
}

/** OpenSSL says "error:0480006C:PEM routines::no start line"; what a person wants to know is which file. */
function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`the ${what} is not PEM that can be read`, { cause });
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function onTimer(ms: number, work: () => Promise<void>): () => void {
  const timer = setTimeout(() => void work(), ms).unref();
  return () => clearTimeout(timer);
}

/** Codes of the file system and texts of ours. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, path } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : `${path ?? 'a file'} cannot be read (${code})`;
}
