/** What a client offers to authenticate with: a key, or a certificate over one. */
import { isSignatureOf, keyTypeInside, readAnnounced, type SignatureAlgorithm } from './algorithms.ts';
import { parseUserCertificate, type UserCertificate } from './certificate.ts';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import { SshError } from './ssh-error.ts';
import { WireReader } from './wire.ts';

export type OfferedKey =
  | { readonly kind: 'key'; readonly algorithm: SignatureAlgorithm; readonly key: PublicKey }
  /** `key` is the one inside, with which the client signs; alone it says nothing about the certificate. */
  | {
      readonly kind: 'certificate';
      readonly algorithm: SignatureAlgorithm;
      readonly key: PublicKey;
      readonly certificate: UserCertificate;
    };

/** `fault` is for the log: a client shows its person none of it. */
export type OfferedOrNot =
  | OfferedKey
  | { readonly kind: 'refused'; readonly why: OfferFault; readonly fault: string };

export type OfferFault =
  | 'algorithm-not-accepted'
  | 'algorithm-not-of-key'
  | 'key-not-accepted'
  | 'key-malformed';

/** Reads a query as well as a signed request: cheap, and without any signature checked. Never throws. */
export function readOfferedKey(announced: string, blob: Buffer): OfferedOrNot {
  const read = readAnnounced(announced);
  if (read === undefined)
    return { kind: 'refused', why: 'algorithm-not-accepted', fault: 'the algorithm is not on the list' };
  const { algorithm, isCertificate } = read;
  try {
    // Told apart by the blob's own type, not by what was announced: a certificate never counts as its bare key.
    const isCertificateBlob = keyTypeInside(new WireReader(blob).name()) !== undefined;
    if (isCertificateBlob !== isCertificate) return mismatch;
    if (!isCertificate) {
      const key = parsePublicKey(blob);
      return isSignatureOf(key.type, algorithm) ? { kind: 'key', algorithm, key } : mismatch;
    }
    const certificate = parseUserCertificate(blob);
    const { key } = certificate;
    return isSignatureOf(key.type, algorithm)
      ? { kind: 'certificate', algorithm, key, certificate }
      : mismatch;
  } catch (error) {
    if (!(error instanceof SshError)) throw error;
    const why = error.code === 'AUTH_SSH_KEY' ? 'key-not-accepted' : 'key-malformed';
    return { kind: 'refused', why, fault: error.message };
  }
}

const mismatch: OfferedOrNot = {
  kind: 'refused',
  why: 'algorithm-not-of-key',
  fault: 'the announced algorithm is not one of the key’s',
};
