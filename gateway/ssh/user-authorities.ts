/** Whose certificates let people in at the SSH door: the gateway's own authority, and those of the organisation. */
import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Config } from '../../config/schema.ts';
import type { UserCertificate } from './certificate.ts';
import { readKeyFile } from './key-file.ts';
import { fingerprint } from './public-key.ts';
import { parsePublicKeyLine } from './public-key-line.ts';
import { parseRevokedCertificates, type RevokedCertificates } from './revoked-certificates.ts';
import { SshError } from './ssh-error.ts';

/** An authority that this gateway signs with. */
export interface OwnAuthority {
  readonly key: KeyObject;
  readonly fingerprint: string;
  readonly longestLifeMs: number;
}

export interface TrustedAuthority {
  readonly kind: 'own' | 'foreign';
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** Rejects with `CONFIG_SSH_KEY` when nobody can say: then the certificate counts as taken back. */
  isRevoked(certificate: UserCertificate): Promise<boolean>;
}

export interface UserAuthorities {
  readonly own: OwnAuthority | undefined;
  /** By the authority's whole key blob. */
  of(blob: Buffer): TrustedAuthority | undefined;
}

/** Where nobody's certificates count. */
export const noAuthorities: UserAuthorities = { own: undefined, of: () => undefined };

/** Reads the authorities of a configuration. Throws `CONFIG_SSH_KEY` with the file's name for the first that cannot be used. */
export async function openUserAuthorities(
  ssh: Pick<NonNullable<Config['ssh']>, 'userCertificates'> | undefined,
): Promise<UserAuthorities> {
  if (ssh === undefined) return noAuthorities;
  const { own: signing, trusted } = ssh.userCertificates;
  const byBlob = new Map<string, TrustedAuthority>();
  let own: OwnAuthority | undefined;
  if (signing !== undefined) {
    const { key, publicKey } = await readKeyFile(signing.keyFile);
    if (publicKey.type !== 'ssh-ed25519')
      throw new SshError(
        'CONFIG_SSH_KEY',
        `${signing.keyFile} is no Ed25519 key, and certificates are signed with no other`,
      );
    own = { key, fingerprint: fingerprint(publicKey.blob), longestLifeMs: signing.longestLifeMs };
    // Each certificate of its own has a record in the store, which is how one is taken back.
    const isRevoked = async (): Promise<boolean> => false;
    byBlob.set(publicKey.blob.toString('base64'), { kind: 'own', fingerprint: own.fingerprint, isRevoked });
  }
  for (const { publicKeyFile, revokedFile } of trusted) {
    const { key, fingerprint: shown } = await readAuthorityKey(publicKeyFile);
    const revoked = revokedFile === undefined ? undefined : revokedIn(revokedFile);
    // A broken file is to be seen at the start, and not by the first person.
    await revoked?.();
    byBlob.set(key.blob.toString('base64'), {
      kind: 'foreign',
      fingerprint: shown,
      isRevoked: async (certificate) => (await revoked?.())?.has(certificate) ?? false,
    });
  }
  return { own, of: (blob) => byBlob.get(blob.toString('base64')) };
}

async function readAuthorityKey(file: string): Promise<ReturnType<typeof parsePublicKeyLine>> {
  try {
    return parsePublicKeyLine(await readFile(file, 'utf8'));
  } catch (error) {
    throw ofFile(file, error);
  }
}

/** The file's content, read again when it has changed. */
function revokedIn(file: string): () => Promise<RevokedCertificates> {
  let read: { readonly version: string; readonly revoked: RevokedCertificates } | undefined;
  return async () => {
    try {
      const { mtimeMs, ino, size } = await stat(file);
      const version = `${ino} ${size} ${mtimeMs}`;
      if (read?.version !== version)
        read = { version, revoked: parseRevokedCertificates(await readFile(file, 'utf8')) };
      return read.revoked;
    } catch (error) {
      throw ofFile(file, error);
    }
  };
}

function ofFile(file: string, error: unknown): SshError {
  if (error instanceof SshError) return new SshError('CONFIG_SSH_KEY', `${file} ${error.message}`);
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new SshError('CONFIG_SSH_KEY', `${file} cannot be read (${code})`);
}
