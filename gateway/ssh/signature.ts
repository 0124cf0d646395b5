/** Signatures on SSH's wire: read, and verified against a key and the bytes they are over. */
import { constants, createHash, verify } from 'node:crypto';
import { isSignatureOf, type SignatureAlgorithm } from './algorithms.ts';
import type { PublicKey } from './public-key.ts';
import { formatFault, SshError } from './ssh-error.ts';
import { WireReader, wireUint32 } from './wire.ts';

/** A signature whose form was read; whether it is one, only `verifySignature` knows. */
export interface Signature {
  readonly algorithm: string;
  readonly value: Buffer;
  /** What a security key says about the touch; part of what it signed (PROTOCOL.u2f). */
  readonly touch?: { readonly flags: number; readonly counter: number };
}

export type Verified =
  /** `counter` is a security key's own count of signatures, 0 where it does not count. */
  | { readonly verified: true; readonly counter?: number }
  | { readonly verified: false; readonly why: SignatureFault };

export type SignatureFault =
  /** SHA-1, or no algorithm of this key. */
  | 'algorithm-not-of-key'
  /** The signature was made with another algorithm than was announced. */
  | 'algorithm-not-announced'
  | 'signature-malformed'
  | 'signature-wrong'
  /** Nobody touched the security key. */
  | 'no-presence'
  /** It was touched without the PIN or finger that was demanded. */
  | 'not-user-verified';

/** The longest that is accepted: RSA of 16384 bits, with its name. */
const longestSignature = 2_048 + 128;
const userPresent = 0x01;
const userVerified = 0x04;

/** Reads `string algorithm, string value`, and behind a security key's `byte flags, uint32 counter`. Throws `PROTOCOL_SSH`. */
export function parseSignature(wire: Buffer): Signature {
  if (wire.length > longestSignature)
    throw formatFault(`a signature of ${wire.length} bytes is longer than ${longestSignature}`);
  const reader = new WireReader(wire);
  const algorithm = reader.name();
  const value = reader.string(longestSignature);
  const touch = algorithm.startsWith('sk-') ? { flags: reader.byte(), counter: reader.uint32() } : undefined;
  reader.end();
  return { algorithm, value, ...(touch === undefined ? {} : { touch }) };
}

/**
 * Verifies over exactly `data`. The algorithm must be the announced one and one of the key's.
 *
 * @param demands a security key must have been touched, always; `userVerified` demands PIN or finger too
 */
export function verifySignature(
  key: PublicKey,
  announced: SignatureAlgorithm,
  signature: Signature,
  data: Buffer,
  demands: { readonly userVerified: boolean } = { userVerified: false },
): Verified {
  const { algorithm, touch } = signature;
  if (!isSignatureOf(key.type, announced) || !isSignatureOf(key.type, algorithm))
    return { verified: false, why: 'algorithm-not-of-key' };
  if (algorithm !== announced) return { verified: false, why: 'algorithm-not-announced' };
  if ('application' in key !== (touch !== undefined)) return { verified: false, why: 'signature-malformed' };
  const signed = 'application' in key && touch !== undefined ? touched(key.application, touch, data) : data;
  try {
    if (!fits(key, algorithm, signature.value, signed)) return { verified: false, why: 'signature-wrong' };
  } catch (error) {
    if (error instanceof SshError) return { verified: false, why: 'signature-malformed' };
    throw error;
  }
  if (touch === undefined) return { verified: true };
  if ((touch.flags & userPresent) === 0) return { verified: false, why: 'no-presence' };
  if (demands.userVerified && (touch.flags & userVerified) === 0)
    return { verified: false, why: 'not-user-verified' };
  return { verified: true, counter: touch.counter };
}

/** PROTOCOL.u2f, "SSH U2F signatures". */
function touched(application: string, touch: NonNullable<Signature['touch']>, data: Buffer): Buffer {
  const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();
  return Buffer.concat([
    sha256(application),
    Buffer.of(touch.flags),
    wireUint32(touch.counter),
    sha256(data),
  ]);
}

function fits({ key }: PublicKey, algorithm: SignatureAlgorithm, value: Buffer, data: Buffer): boolean {
  switch (algorithm) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      return value.length === 64 && verify(null, data, key, value);
    case 'ecdsa-sha2-nistp256':
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, fixedPair(value, 32));
    case 'ecdsa-sha2-nistp384':
      return verify('sha384', data, { key, dsaEncoding: 'ieee-p1363' }, fixedPair(value, 48));
    case 'ecdsa-sha2-nistp521':
      return verify('sha512', data, { key, dsaEncoding: 'ieee-p1363' }, fixedPair(value, 66));
    case 'rsa-sha2-256':
    case 'rsa-sha2-512': {
      const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
      if (value.length > size) return false;
      // Some clients leave out zeros in front, which OpenSSH puts back too.
      const whole = Buffer.concat([Buffer.alloc(size - value.length), value]);
      const padding = constants.RSA_PKCS1_PADDING;
      return verify(algorithm === 'rsa-sha2-256' ? 'sha256' : 'sha512', data, { key, padding }, whole);
    }
  }
}

/** `mpint r, mpint s` (RFC 5656 section 3.1.2) as two numbers of fixed length. */
function fixedPair(value: Buffer, size: number): Buffer {
  const reader = new WireReader(value);
  const parts = [reader.mpint(size), reader.mpint(size)];
  reader.end();
  return Buffer.concat(parts.flatMap((part) => [Buffer.alloc(size - part.length), part]));
}
