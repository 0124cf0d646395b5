/** The door's certificate and key as they stand on disk: a new pair is taken over while running, a broken one never. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A pair that fits together and has not ended. */
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
  readonly after?: (ms: number, work: () => void) => () => void;
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
  let [cert, key] = await read();
  let current = fittingPair(cert, key, now());
  let cancel: () => void = () => undefined;
  let closed = false;

  const look = async (): Promise<void> => {
    try {
      const [newCert, newKey] = await read();
      if (newCert !== cert || newKey !== key) {
        [cert, key] = [newCert, newKey];
        current = fittingPair(cert, key, now());
        onRenewed(current);
      }
    } catch (error) {
      onAlarm(`the certificate on disk is not taken over: ${messageOf(error)}; the old one is served on`);
    }
    if (!closed) cancel = after(lookEveryMs, () => void look());
  };
  cancel = after(lookEveryMs, () => void look());
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

/** Throws with the reason when key and certificate do not belong together, or the certificate has ended. */
export function fittingPair(cert: string, key: string, now: number): ServedPair {
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw new Error('key and certificate do not belong together');
  const endsAt = Date.parse(certificate.validTo);
  if (endsAt <= now)
    throw new Error(`the certificate ended on ${new Date(endsAt).toISOString().slice(0, 10)}`);
  return { cert, key, endsAt };
}

function onTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms).unref();
  return () => clearTimeout(timer);
}

/** Codes of the file system and texts of ours; OpenSSL's texts name no secret. */
function messageOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : 'unknown';
}
