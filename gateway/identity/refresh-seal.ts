/** Refresh tokens as they lie in the store: AES-256-GCM under a key the store does not know, bound to their person. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts and decrypts; what was encrypted for one principal opens for no other. */
export interface RefreshSeal {
  seal(token: string, principalId: string): string;
  /** Undefined for what this key did not encrypt for this principal. */
  open(sealed: string, principalId: string): string | undefined;
}

/** NIST SP 800-38D: 96 bits, random for each message. */
const ivLength = 12;
const tagLength = 16;

/** @param integrityKey the store's key of 32 bytes; the key used here is derived from it (HKDF, RFC 5869) */
export function refreshSeal(integrityKey: Buffer): RefreshSeal {
  const key = Buffer.from(hkdfSync('sha256', integrityKey, '', 'sluice:v1:refresh-token', 32));
  return {
    seal(token, principalId) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(principalId));
      const text = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, principalId) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < ivLength + tagLength) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength), {
        authTagLength: tagLength,
      });
      decipher.setAAD(Buffer.from(principalId)).setAuthTag(bytes.subarray(-tagLength));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(ivLength, -tagLength)), decipher.final()]);
        return text.toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
