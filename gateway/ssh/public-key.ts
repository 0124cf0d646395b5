/** Public keys as SSH writes them (RFC 4253 section 6.6, 5656, 8709; PROTOCOL.u2f), and their fingerprints. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { type HardwareKeyType, isKeyType, type KeyType, type PlainKeyType } from './algorithms.ts';
import { hasSmallOrder } from './small-order.ts';
import { formatFault, keyFault } from './ssh-error.ts';
import { WireReader, wireString } from './wire.ts';

interface KeyBase {
  /** The whole key as it stands on the wire: what is compared, kept and fingerprinted. */
  readonly blob: Buffer;
  readonly key: KeyObject;
}

export type PublicKey =
  | (KeyBase & { readonly type: PlainKeyType })
  /** `application` stands in everything its security key signs. */
  | (KeyBase & { readonly type: HardwareKeyType; readonly application: string });

const longestKey = 4_096;
const leastRsaBits = 2_048;
/** OpenSSH's own limit. */
const mostRsaBits = 16_384;
/** Real exponents are 3 bytes; a long one makes each check of a signature slow. */
const longestExponent = 4;
const curves = {
  'ecdsa-sha2-nistp256': ['nistp256', 'P-256', 32],
  'ecdsa-sha2-nistp384': ['nistp384', 'P-384', 48],
  'ecdsa-sha2-nistp521': ['nistp521', 'P-521', 66],
  'sk-ecdsa-sha2-nistp256@openssh.com': ['nistp256', 'P-256', 32],
} as const;

/** Throws `PROTOCOL_SSH` for what is no key, `AUTH_SSH_KEY` for one whose kind or strength is not accepted. */
export function parsePublicKey(blob: Buffer): PublicKey {
  if (blob.length > longestKey)
    throw formatFault(`a key of ${blob.length} bytes is longer than ${longestKey}`);
  const reader = new WireReader(blob);
  const key = readKeyFields(acceptedKeyType(reader.name()), reader);
  reader.end();
  return key;
}

/** Throws `AUTH_SSH_KEY`, with what to do instead. */
export function acceptedKeyType(name: string): KeyType {
  if (isKeyType(name)) return name;
  if (name === 'ssh-dss')
    throw keyFault('DSA keys are too weak to be accepted; make a new key with ssh-keygen -t ed25519');
  if (/-cert-v01@openssh\.com$/.test(name))
    throw keyFault('that is a certificate, not a key; bring the public key it is for');
  throw keyFault('keys of this type are not supported; make one with ssh-keygen -t ed25519');
}

/** Reads what stands behind a key's type, in a key and in a certificate alike, and writes the key's own blob of it. */
export function readKeyFields(type: KeyType, reader: WireReader): PublicKey {
  const start = reader.offset;
  const blob = (): Buffer => Buffer.concat([wireString(type), reader.bytes.subarray(start, reader.offset)]);
  switch (type) {
    case 'ssh-ed25519':
      return { type, key: readEd25519(reader), blob: blob() };
    case 'sk-ssh-ed25519@openssh.com':
      return { type, key: readEd25519(reader), application: reader.text(256), blob: blob() };
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { type, key: readEcdsa(type, reader), application: reader.text(256), blob: blob() };
    case 'ssh-rsa':
      return { type, key: readRsa(reader), blob: blob() };
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return { type, key: readEcdsa(type, reader), blob: blob() };
  }
}

/** `SHA256:` and base64 without padding, as `ssh-keygen -l` shows it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

function readEd25519(reader: WireReader): KeyObject {
  const point = reader.string(32);
  if (point.length !== 32) throw formatFault(`an Ed25519 key has 32 bytes, not ${point.length}`);
  if (hasSmallOrder(point)) throw keyFault('that Ed25519 key is one anybody can sign for; make a new key');
  return imported({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
}

function readEcdsa(type: keyof typeof curves, reader: WireReader): KeyObject {
  const [curve, crv, size] = curves[type];
  const named = reader.name();
  if (named !== curve) throw formatFault(`a key of type ${type} is not on curve ${curve}`);
  const point = reader.string(1 + 2 * size);
  if (point.length !== 1 + 2 * size || point[0] !== 4)
    throw formatFault(`a point on ${curve} is 4 and twice ${size} bytes`);
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((part) =>
    part.toString('base64url'),
  ) as [string, string];
  return imported({ kty: 'EC', crv, x, y });
}

function readRsa(reader: WireReader): KeyObject {
  const exponent = reader.mpint(longestExponent);
  const modulus = reader.mpint(mostRsaBits / 8);
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < leastRsaBits)
    throw keyFault(
      `an RSA key of ${bits} bits is too short, ${leastRsaBits} are the least; make a new key with ssh-keygen -t ed25519`,
    );
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1 && ((modulus.at(-1) ?? 0) & 1) === 1;
  if (!isOdd || exponent.readUIntBE(0, exponent.length) < 3)
    throw formatFault('an RSA key has an odd exponent of 3 at least, and an odd modulus');
  return imported({ kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') });
}

function imported(jwk: Record<string, string>): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    // OpenSSL looks whether a point is on its curve.
    throw formatFault(`the numbers of the ${jwk.kty} key are none that a key can have`);
  }
}
