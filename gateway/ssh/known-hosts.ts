/** `known_hosts` read for one host: the keys it may prove itself with, and those it must not (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
import { createHmac } from 'node:crypto';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import { SshError } from './ssh-error.ts';

export interface PinnedKeys {
  /** In the order of the file; never empty. */
  readonly keys: readonly PublicKey[];
  isPinned(blob: Buffer): boolean;
}

/** Lines for other hosts may hold anything; of one's own a fault must be told. */
const longestFile = 1_048_576;

/**
 * Reads the lines for `host` at `port`: plain, hashed, in brackets with a port, with `*`, `?` and `!`. A key marked `@revoked`
 * is none of them; authorities of host certificates do not count. Throws `CONFIG_SSH_HOST` when no key is left.
 */
export function parseKnownHosts(text: string, host: string, port: number): PinnedKeys {
  const name = port === 22 ? host : `[${host}]:${port}`;
  if (text.length > longestFile) throw unusable(`is longer than ${longestFile} characters`);
  const keys: PublicKey[] = [];
  const revoked: Buffer[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const words = line.split(/[ \t]+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [names = '', type, base64 = ''] = words;
    if (marker === '@cert-authority' || !isNamed(names.toLowerCase(), names, name.toLowerCase())) continue;
    const blob = Buffer.from(base64, 'base64');
    if (marker === '@revoked') {
      revoked.push(blob);
      continue;
    }
    keys.push(keyOf(blob, type, index + 1));
  }
  const left = keys.filter(({ blob }) => !revoked.some((bad) => bad.equals(blob)));
  if (left.length === 0)
    throw unusable(`has no key of ${name}; ssh-keyscan shows what it offers, to be compared with its owner`);
  return { keys: left, isPinned: (blob) => left.some((key) => key.blob.equals(blob)) };
}

function keyOf(blob: Buffer, type: string | undefined, line: number): PublicKey {
  try {
    const key = parsePublicKey(blob);
    if (key.type === type) return key;
  } catch (error) {
    if (!(error instanceof SshError)) throw error;
    throw unusable(`line ${line} cannot be used: ${error.message}`);
  }
  throw unusable(`line ${line} says ${type ?? 'nothing'}, and the key in it is another`);
}

function isNamed(lower: string, written: string, name: string): boolean {
  if (written.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = written.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const patterns = lower.split(',');
  const fits = (pattern: string): boolean => matches(pattern, name);
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern));
}

function matches(pattern: string, name: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(name);
}

function unusable(message: string): SshError {
  return new SshError('CONFIG_SSH_HOST', message);
}
