/** Secrets come from files, re-read when they change, or from the environment; their values stand in no error. */
import { type BigIntStats, constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** Where a secret is kept. `env` names start with `SLUICE_`. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string };

/** A secret that cannot be had; the message names where it should be and never what came. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code = 'CONFIG_SECRET';
}

export interface Secrets {
  /**
   * The secret as it stands now, without line ends behind it. A file that vanished or is empty keeps its last value, with
   * a warning, since writers truncate before they write. Rejects with a `SecretError`.
   */
  read(source: SecretSource): Promise<string>;
}

export interface SecretsOptions {
  /** Hears of files that others can read, and of files that stopped being readable; each change once. */
  readonly onWarning?: (message: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What the Standard Webhooks specification asks of a symmetric key. */
const hookKeyBytes = { least: 24, most: 64 } as const;

/** Tokens and keys are shorter. */
const maxSecretBytes = 64 * 2 ** 10;

interface Kept {
  readonly version: string;
  readonly value: string;
}

/** Opens a reader that asks the disk on every read and the file's content only after a change. */
export function openSecrets({ onWarning = () => {}, env = process.env }: SecretsOptions = {}): Secrets {
  const kept = new Map<string, Kept>();
  const warned = new Map<string, string>();
  const warnOnce = (path: string, version: string, message: string): void => {
    if (warned.get(path) === version) return;
    warned.set(path, version);
    onWarning(message);
  };

  const readFileSecret = async (path: string): Promise<string> => {
    const before = kept.get(path);
    try {
      if (before !== undefined && versionOf(await stat(path, { bigint: true })) === before.version)
        return before.value;
      const { stats, value } = await readBounded(path);
      const version = versionOf(stats);
      if ((stats.mode & 0o077n) !== 0n) {
        warnOnce(
          path,
          version,
          `secret file ${path} is open to other users (mode ${(stats.mode & 0o777n).toString(8)}); expected 600`,
        );
      }
      kept.set(path, { version, value });
      return value;
    } catch (error) {
      const why =
        error instanceof SecretError
          ? error.message
          : `secret file ${path} cannot be read (${codeOf(error)})`;
      if (before === undefined) throw new SecretError(why);
      warnOnce(path, why, `${why}; its last value is used on`);
      return before.value;
    }
  };

  return {
    async read(source) {
      if (source.kind === 'file') return await readFileSecret(source.path);
      const value = env[source.name];
      if (value === undefined || value === '')
        throw new SecretError(`environment variable ${source.name} is not set`);
      return value;
    },
  };
}

/** Reads a key of 32 bytes written as 64 hex digits. Rejects with a `SecretError`. */
export async function readIntegrityKey(secrets: Secrets, source: SecretSource): Promise<Buffer> {
  const text = await secrets.read(source);
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const place = source.kind === 'file' ? source.path : source.name;
  throw new SecretError(`integrity key in ${place} is not 64 hex digits; \`sluice certs init\` makes one`);
}

/** Reads a secret as Standard Webhooks writes it. Rejects with a `SecretError`. */
export async function readHookSecret(secrets: Secrets, source: SecretSource): Promise<string> {
  const text = await secrets.read(source);
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(encoded, 'base64');
  const isWhole = encoded !== '' && key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  const place = source.kind === 'file' ? source.path : source.name;
  if (!isWhole) throw new SecretError(`hook secret in ${place} is not whsec_ and base64`);
  if (key.length < hookKeyBytes.least || key.length > hookKeyBytes.most)
    throw new SecretError(
      `hook secret in ${place} holds ${key.length} bytes; ${hookKeyBytes.least} to ${hookKeyBytes.most} are expected`,
    );
  return text;
}

async function readBounded(path: string): Promise<{ stats: BigIntStats; value: string }> {
  // O_NONBLOCK: a FIFO in the file's place must not hold the reader for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) throw new SecretError(`secret file ${path} is no regular file`);
    if (stats.size > maxSecretBytes)
      throw new SecretError(`secret file ${path} is longer than ${maxSecretBytes} bytes`);
    const buffer = Buffer.alloc(Number(stats.size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const value = buffer.toString('utf8', 0, bytesRead).replace(/[\r\n]+$/, '');
    if (value === '') throw new SecretError(`secret file ${path} is empty`);
    return { stats, value };
  } finally {
    await file.close();
  }
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
