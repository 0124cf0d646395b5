/** The name under which a public SSH key is kept and looked up. */
import { createHash } from 'node:crypto';

/** In front of the key, so that no secret hashes to the same name as one. */
const domain = 'sluice ssh key\0';

/**
 * Lower-case hex SHA-256: a key is looked up as secrets are.
 *
 * @param blob the whole key as it stands on SSH's wire (RFC 4253 section 6.6)
 */
export function hashKey(blob: Buffer): string {
  return createHash('sha256').update(domain).update(blob).digest('hex');
}
