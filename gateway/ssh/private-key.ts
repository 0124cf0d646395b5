/** Private keys in OpenSSH's own file format (PROTOCOL.key), without passphrase: read, and an Ed25519 one written. */
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { ed25519Blob } from './certificate-signing.ts';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import { SshError } from './ssh-error.ts';
import { WireReader, wireString, wireUint32 } from './wire.ts';

export interface PrivateKey {
  readonly key: KeyObject;
  readonly publicKey: PublicKey;
}

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
const end = '-----END OPENSSH PRIVATE KEY-----';
const magic = Buffer.from('openssh-key-v1\0');
/** An RSA key of 16384 bits takes 13 KiB. */
const longestFile = 32_768;
/** Bytes of the longest number: 16384 bits. */
const longestNumber = 2_048;

/** Throws `CONFIG_SSH_KEY` for what cannot be used, with the mend; nothing of the key is in its text. */
export function parsePrivateKey(text: string): PrivateKey {
  const trimmed = text.trim();
  if (text.length > longestFile || !trimmed.startsWith(begin) || !trimmed.endsWith(end))
    throw unusable('is no private key in OpenSSH’s format; ssh-keygen -p -f FILE rewrites older ones');
  try {
    return readFile(Buffer.from(trimmed.slice(begin.length, -end.length), 'base64'));
  } catch (error) {
    if (error instanceof SshError && error.code === 'CONFIG_SSH_KEY') throw error;
    // Whose text may be shown is the one of a weak key; what does not parse may quote the file.
    const why = error instanceof SshError && error.code === 'AUTH_SSH_KEY' ? error.message : 'it is damaged';
    throw unusable(`cannot be used: ${why}`);
  }
}

function readFile(bytes: Buffer): PrivateKey {
  const reader = new WireReader(bytes);
  if (!reader.take(magic.length).equals(magic)) throw unusable('is not an openssh-key-v1 file');
  const cipher = reader.name();
  reader.name();
  reader.string(256);
  if (cipher !== 'none') throw unusable('has a passphrase; ssh-keygen -p -N "" -f FILE takes it off');
  if (reader.uint32() !== 1) throw unusable('holds more than one key');
  const publicKey = parsePublicKey(reader.string(4_096));
  const inner = new WireReader(reader.string(longestFile));
  reader.end();
  const [check, again] = [inner.uint32(), inner.uint32()];
  if (check !== again || inner.name() !== publicKey.type) throw unusable('is damaged');
  const key = createPrivateKey({ key: readNumbers(publicKey, inner), format: 'jwk' });
  inner.text(1_024);
  for (let expected = 1; !inner.atEnd; expected += 1)
    if (inner.byte() !== (expected & 0xff)) throw unusable('is damaged');
  // A file put together of two keys would sign what nobody can verify.
  if (!createPublicKey(key as Parameters<typeof createPublicKey>[0]).equals(publicKey.key))
    throw unusable('is damaged: its private half is another key’s');
  return { key, publicKey };
}

/** The private numbers beside those of the public key (JWK, RFC 7518 section 6). */
function readNumbers(publicKey: PublicKey, reader: WireReader): Record<string, string> {
  const numbers = publicKey.key.export({ format: 'jwk' }) as Record<string, string>;
  const base64 = (bytes: Buffer): string => bytes.toString('base64url');
  switch (publicKey.type) {
    case 'ssh-ed25519':
      reader.string(32);
      return { ...numbers, d: base64(reader.string(64).subarray(0, 32)) };
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521': {
      reader.string(64);
      reader.string(256);
      const size = Buffer.from(numbers.x ?? '', 'base64url').length;
      const scalar = reader.mpint(size);
      return { ...numbers, d: base64(Buffer.concat([Buffer.alloc(size - scalar.length), scalar])) };
    }
    case 'ssh-rsa': {
      reader.mpint(longestNumber);
      reader.mpint(longestNumber);
      const [d, qi, p, q] = [0, 0, 0, 0].map(() => reader.mpint(longestNumber)) as [
        Buffer,
        Buffer,
        Buffer,
        Buffer,
      ];
      const less = (prime: Buffer): string => base64(fromBigInt(toBigInt(d) % (toBigInt(prime) - 1n)));
      return {
        ...numbers,
        d: base64(d),
        p: base64(p),
        q: base64(q),
        qi: base64(qi),
        dp: less(p),
        dq: less(q),
      };
    }
    default:
      throw unusable('is held by a security key, which only its owner can touch');
  }
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function fromBigInt(value: bigint): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

/** Writes an Ed25519 key as `ssh-keygen` does. */
export function writeEd25519(
  key: KeyObject,
  comment: string,
  random: (length: number) => Buffer = randomBytes,
): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [seed, point] = [d, x].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer];
  const check = random(4);
  const inner = Buffer.concat([
    check,
    check,
    ...['ssh-ed25519', point, Buffer.concat([seed, point]), comment].map((part) => wireString(part)),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, i) => i + 1));
  const bytes = Buffer.concat([
    magic,
    ...['none', 'none', ''].map((part) => wireString(part)),
    wireUint32(1),
    wireString(ed25519Blob(key)),
    wireString(Buffer.concat([inner, padding])),
  ]);
  const base64 = bytes
    .toString('base64')
    .replaceAll(/(.{70})/g, '$1\n')
    .trimEnd();
  return `${begin}\n${base64}\n${end}\n`;
}

function unusable(message: string): SshError {
  return new SshError('CONFIG_SSH_KEY', message);
}
