/** The closed list of key types and signature algorithms, under SSH's own names. */

export type PlainKeyType =
  | 'ssh-ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'ssh-rsa';

/** Keys held by a security key (OpenSSH PROTOCOL.u2f). */
export type HardwareKeyType = 'sk-ssh-ed25519@openssh.com' | 'sk-ecdsa-sha2-nistp256@openssh.com';

export type KeyType = PlainKeyType | HardwareKeyType;

/** `ssh-rsa` as a signature is SHA-1, and not on the list. */
export type SignatureAlgorithm = Exclude<KeyType, 'ssh-rsa'> | 'rsa-sha2-512' | 'rsa-sha2-256';

interface TypeRow {
  readonly certificateType: string;
  readonly algorithms: readonly SignatureAlgorithm[];
}

/** The order is that of preference. */
const types: Record<KeyType, TypeRow> = {
  'ssh-ed25519': { certificateType: 'ssh-ed25519-cert-v01@openssh.com', algorithms: ['ssh-ed25519'] },
  'sk-ssh-ed25519@openssh.com': {
    certificateType: 'sk-ssh-ed25519-cert-v01@openssh.com',
    algorithms: ['sk-ssh-ed25519@openssh.com'],
  },
  'sk-ecdsa-sha2-nistp256@openssh.com': {
    certificateType: 'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
    algorithms: ['sk-ecdsa-sha2-nistp256@openssh.com'],
  },
  'ecdsa-sha2-nistp256': {
    certificateType: 'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    algorithms: ['ecdsa-sha2-nistp256'],
  },
  'ecdsa-sha2-nistp384': {
    certificateType: 'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    algorithms: ['ecdsa-sha2-nistp384'],
  },
  'ecdsa-sha2-nistp521': {
    certificateType: 'ecdsa-sha2-nistp521-cert-v01@openssh.com',
    algorithms: ['ecdsa-sha2-nistp521'],
  },
  'ssh-rsa': {
    certificateType: 'ssh-rsa-cert-v01@openssh.com',
    algorithms: ['rsa-sha2-512', 'rsa-sha2-256'],
  },
};

const entries = Object.entries(types) as [KeyType, TypeRow][];

/** What `server-sig-algs` announces (RFC 8308 section 3.1). */
export const serverSignatureAlgorithms: readonly SignatureAlgorithm[] = entries.flatMap(
  ([, { algorithms }]) => algorithms,
);

export function isKeyType(name: string): name is KeyType {
  return Object.hasOwn(types, name);
}

/** The type of certificates over keys of this type. */
export function certificateTypeOf(type: KeyType): string {
  return types[type].certificateType;
}

/** The type of key inside certificates of this type. */
export function keyTypeInside(certificateType: string): KeyType | undefined {
  return entries.find(([, row]) => row.certificateType === certificateType)?.[0];
}

export function isSignatureOf(type: KeyType, algorithm: string): algorithm is SignatureAlgorithm {
  return types[type].algorithms.some((one) => one === algorithm);
}

/** What a client announces when it authenticates: the algorithm it signs with, and whether it brings a certificate. */
export interface AnnouncedAlgorithm {
  readonly algorithm: SignatureAlgorithm;
  readonly isCertificate: boolean;
}

/** Reads `rsa-sha2-512`, `rsa-sha2-512-cert-v01@openssh.com` and the like; undefined for what is not accepted. */
export function readAnnounced(name: string): AnnouncedAlgorithm | undefined {
  for (const algorithm of serverSignatureAlgorithms) {
    if (name === algorithm) return { algorithm, isCertificate: false };
    if (name === `${algorithm.replace(/@openssh\.com$/, '')}-cert-v01@openssh.com`)
      return { algorithm, isCertificate: true };
  }
  return undefined;
}
