/** Whether a certificate counts, for whom, and under which restrictions: an ordered list of checks, the first that fails decides. */
import { BlockList, isIP } from 'node:net';
import { parseCidr } from '../../config/addresses.ts';
import { isSignatureOf } from './algorithms.ts';
import type { UserCertificate } from './certificate.ts';
import { verifySignature } from './signature.ts';
import { SshError } from './ssh-error.ts';
import { WireReader } from './wire.ts';

/** What a certificate is held against. */
export interface CertificateDemands {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The client's address, in the one spelling of `normaliseAddress`. */
  readonly address: string;
  /** By the authority's whole key blob. */
  isAuthority(blob: Buffer): boolean;
  isRevoked(certificate: UserCertificate): boolean;
  /** Whether a name in the certificate is one that may sign in here. */
  isPrincipal(name: string): boolean;
}

export type CertificateVerdict =
  | {
      readonly accepted: true;
      /** Those of its principals that may sign in here; never empty. */
      readonly principals: readonly string[];
      /** Epoch milliseconds; undefined never ends. */
      readonly endsAt: number | undefined;
      /** The only command it is good for, whatever the client asks. */
      readonly forceCommand: string | undefined;
      /** Its security key must have been touched with PIN or finger. */
      readonly verifyRequired: boolean;
    }
  | { readonly accepted: false; readonly why: CertificateFault };

export type CertificateFault =
  | 'unknown-authority'
  | 'authority-signature-algorithm'
  | 'authority-signature-wrong'
  | 'not-a-user-certificate'
  | 'revoked'
  | 'not-yet-valid'
  | 'expired'
  | 'no-principals'
  | 'other-principals'
  | 'unknown-critical-option'
  | 'malformed-critical-option'
  | 'other-address';

/** Says nothing about possession: whoever shows a certificate has yet to sign with the key in it. */
export function checkCertificate(
  certificate: UserCertificate,
  demands: CertificateDemands,
): CertificateVerdict {
  const refused = (why: CertificateFault): CertificateVerdict => ({ accepted: false, why });
  const { authority, signature, signed, validAfter, validBefore } = certificate;

  if (!demands.isAuthority(authority.blob)) return refused('unknown-authority');
  // SHA-1 ends here: `ssh-rsa` is no algorithm of an RSA key.
  if (!isSignatureOf(authority.type, signature.algorithm)) return refused('authority-signature-algorithm');
  if (!verifySignature(authority, signature.algorithm, signature, signed).verified)
    return refused('authority-signature-wrong');
  if (certificate.holder !== 'user') return refused('not-a-user-certificate');
  if (demands.isRevoked(certificate)) return refused('revoked');
  const now = BigInt(Math.floor(demands.now / 1_000));
  if (now < validAfter) return refused('not-yet-valid');
  if (now >= validBefore) return refused('expired');
  // To sshd an empty list of a user's certificate means nobody too, but to older readers it meant everybody.
  if (certificate.principals.length === 0) return refused('no-principals');
  const principals = certificate.principals.filter((name) => demands.isPrincipal(name));
  if (principals.length === 0) return refused('other-principals');
  const options = readCriticalOptions(certificate.criticalOptions);
  if (typeof options === 'string') return refused(options);
  if (options.addresses !== undefined && !includes(options.addresses, demands.address))
    return refused('other-address');
  return {
    accepted: true,
    principals,
    endsAt: validBefore > maxEpochSeconds ? undefined : Number(validBefore) * 1_000,
    forceCommand: options.forceCommand,
    verifyRequired: options.verifyRequired,
  };
}

/** Beyond what a Date can hold, an end is as good as `forever`. */
const maxEpochSeconds = 8_640_000_000_000n;

interface CriticalOptions {
  readonly forceCommand: string | undefined;
  readonly addresses: BlockList | undefined;
  readonly verifyRequired: boolean;
}

function readCriticalOptions(
  options: ReadonlyMap<string, Buffer>,
): CriticalOptions | 'unknown-critical-option' | 'malformed-critical-option' {
  let forceCommand: string | undefined;
  let addresses: BlockList | undefined;
  let verifyRequired = false;
  try {
    for (const [name, data] of options) {
      if (name === 'force-command') forceCommand = onlyText(data, 8_192);
      else if (name === 'source-address') addresses = readAddresses(onlyText(data, 4_096));
      else if (name === 'verify-required' && data.length === 0) verifyRequired = true;
      else return name === 'verify-required' ? 'malformed-critical-option' : 'unknown-critical-option';
    }
  } catch (error) {
    if (error instanceof SshError || error instanceof RangeError) return 'malformed-critical-option';
    throw error;
  }
  return { forceCommand, addresses, verifyRequired };
}

/** An option's value is a string inside its data. */
function onlyText(data: Buffer, limit: number): string {
  const reader = new WireReader(data);
  const text = reader.text(limit);
  reader.end();
  return text;
}

/** Addresses and CIDR ranges joined by commas; an empty list, or one wrong item, is no list. */
function readAddresses(text: string): BlockList {
  const addresses = new BlockList();
  for (const item of text.split(',')) {
    const { address, prefix, family } = parseCidr(item);
    addresses.addSubnet(address, prefix, family);
  }
  return addresses;
}

function includes(addresses: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && addresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
