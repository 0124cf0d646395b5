/** OpenSSH certificates over users' keys (PROTOCOL.certkeys), read with bounds; whether one counts, `certificate-check.ts` says. */
import { keyTypeInside } from './algorithms.ts';
import { type PublicKey, parsePublicKey, readKeyFields } from './public-key.ts';
import { parseSignature, type Signature } from './signature.ts';
import { formatFault } from './ssh-error.ts';
import { WireReader } from './wire.ts';

export interface UserCertificate {
  readonly blob: Buffer;
  /** The certified key. */
  readonly key: PublicKey;
  /** 0 where the authority does not count. */
  readonly serial: bigint;
  /** A user's or a host's; only a user's is ever accepted here. */
  readonly holder: 'user' | 'host';
  /** Whatever the authority wrote to find it again. */
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970: good from the first on, no more at the second; `forever` as the second never ends. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly criticalOptions: ReadonlyMap<string, Buffer>;
  readonly extensions: ReadonlyMap<string, Buffer>;
  readonly authority: PublicKey;
  /** What the authority signed. */
  readonly signed: Buffer;
  readonly signature: Signature;
}

export const forever = 0xffff_ffff_ffff_ffffn;
export const userHolder = 1;
const hostHolder = 2;

const longestCertificate = 32_768;
const longestList = 16_384;
/** OpenSSH's own limit. */
const mostPrincipals = 256;
const mostOptions = 64;
const longestOption = 8_192;
const longestKeyId = 1_024;

/**
 * Throws `PROTOCOL_SSH` for what is no certificate and `AUTH_SSH_KEY` when a key in it is too weak. A signature is read here
 * and not verified.
 */
export function parseUserCertificate(blob: Buffer): UserCertificate {
  if (blob.length > longestCertificate)
    throw formatFault(`a certificate of ${blob.length} bytes is longer than ${longestCertificate}`);
  const reader = new WireReader(blob);
  const type = keyTypeInside(reader.name());
  if (type === undefined) throw formatFault('that is no certificate of a type that is known');
  // The nonce keeps an authority from signing what somebody else chose whole.
  reader.string(256);
  const key = readKeyFields(type, reader);
  const serial = reader.uint64();
  const holder = reader.uint32();
  if (holder !== userHolder && holder !== hostHolder)
    throw formatFault(`a certificate is for a user (1) or a host (2), not ${holder}`);
  const keyId = reader.text(longestKeyId);
  const principals = readPrincipals(reader.string(longestList));
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  const criticalOptions = readOptions(reader.string(longestList));
  const extensions = readOptions(reader.string(longestList));
  if (reader.string(longestList).length > 0)
    throw formatFault('the reserved field of the certificate is not empty');
  const authority = parsePublicKey(reader.string(longestList));
  const signed = blob.subarray(0, reader.offset);
  const signature = parseSignature(reader.string(longestList));
  reader.end();
  return {
    blob,
    key,
    serial,
    holder: holder === userHolder ? 'user' : 'host',
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    authority,
    signed,
    signature,
  };
}

function readPrincipals(bytes: Buffer): readonly string[] {
  const reader = new WireReader(bytes);
  const principals: string[] = [];
  while (!reader.atEnd) {
    if (principals.length === mostPrincipals)
      throw formatFault(`a certificate names more than ${mostPrincipals} principals`);
    const principal = reader.text(256);
    if (principal === '') throw formatFault('a principal of the certificate is empty');
    principals.push(principal);
  }
  return principals;
}

/** Names must rise: then none stands twice, and no two readers differ on which of two counts. */
function readOptions(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const reader = new WireReader(bytes);
  const options = new Map<string, Buffer>();
  let last = '';
  while (!reader.atEnd) {
    if (options.size === mostOptions) throw formatFault(`a certificate has more than ${mostOptions} options`);
    const name = reader.name(128);
    if (name <= last) throw formatFault('the options of the certificate are not in the order of their names');
    options.set(name, reader.string(longestOption));
    last = name;
  }
  return options;
}
