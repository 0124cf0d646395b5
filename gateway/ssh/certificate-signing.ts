/** Signing of users' certificates with an Ed25519 key (PROTOCOL.certkeys). */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { certificateTypeOf } from './algorithms.ts';
import { userHolder } from './certificate.ts';
import type { PublicKey } from './public-key.ts';
import { wireString, wireUint32, wireUint64 } from './wire.ts';

/** What an authority puts its name to. */
export interface CertificateTerms {
  readonly key: PublicKey;
  readonly serial: bigint;
  readonly keyId: string;
  /** Not empty. */
  readonly principals: readonly string[];
  /** Whole seconds since 1970. */
  readonly validAfter: number;
  readonly validBefore: number;
  readonly forceCommand?: string;
  /** CIDR ranges. */
  readonly sourceAddresses?: readonly string[];
  readonly verifyRequired?: boolean;
}

/** A new certificate, with its line for `id_…-cert.pub`. */
export interface SignedCertificate {
  readonly blob: Buffer;
  readonly line: string;
}

/**
 * Signs. No extensions are given: they stand for terminals and forwarding, which there are none of here.
 * Throws a `RangeError` for terms nobody could use: no principals, or an end that is not behind the beginning.
 */
export function signUserCertificate(
  terms: CertificateTerms,
  authority: KeyObject,
  random: (length: number) => Buffer = randomBytes,
): SignedCertificate {
  const { key, principals, validAfter, validBefore } = terms;
  if (authority.asymmetricKeyType !== 'ed25519')
    throw new RangeError('certificates are signed with an Ed25519 key, and no other');
  if (principals.length === 0 || principals.includes(''))
    throw new RangeError('a certificate names at least one principal, none of them empty');
  if (
    !Number.isSafeInteger(validAfter) ||
    !Number.isSafeInteger(validBefore) ||
    validAfter < 0 ||
    validBefore <= validAfter
  )
    throw new RangeError(`a certificate from ${validAfter} to ${validBefore} is never valid`);
  const type = certificateTypeOf(key.type);
  const signed = Buffer.concat([
    wireString(type),
    wireString(random(32)),
    key.blob.subarray(wireString(key.type).length),
    wireUint64(terms.serial),
    wireUint32(userHolder),
    wireString(terms.keyId),
    wireString(Buffer.concat(principals.map(wireString))),
    wireUint64(BigInt(validAfter)),
    wireUint64(BigInt(validBefore)),
    wireString(criticalOptions(terms)),
    wireString(''),
    wireString(''),
    wireString(ed25519Blob(authority)),
  ]);
  const signature = Buffer.concat([wireString('ssh-ed25519'), wireString(sign(null, signed, authority))]);
  const blob = Buffer.concat([signed, wireString(signature)]);
  return { blob, line: `${type} ${blob.toString('base64')}` };
}

/** In the order of their names, as the format demands. */
function criticalOptions({ forceCommand, sourceAddresses, verifyRequired }: CertificateTerms): Buffer {
  const option = (name: string, data: Buffer): Buffer => Buffer.concat([wireString(name), wireString(data)]);
  return Buffer.concat([
    ...(forceCommand === undefined ? [] : [option('force-command', wireString(forceCommand))]),
    ...(sourceAddresses === undefined
      ? []
      : [option('source-address', wireString(sourceAddresses.join(',')))]),
    ...(verifyRequired === true ? [option('verify-required', Buffer.alloc(0))] : []),
  ]);
}

/** The public half of an Ed25519 key, as SSH writes it. */
export function ed25519Blob(key: KeyObject): Buffer {
  const { x } = createPublicKey(key as Parameters<typeof createPublicKey>[0]).export({ format: 'jwk' });
  return Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x ?? '', 'base64url'))]);
}
