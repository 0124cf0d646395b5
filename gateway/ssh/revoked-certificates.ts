/** Certificates that an authority took back, as a file names them: the specification that `ssh-keygen -k` reads (ssh-keygen(1)). */
import { visibleText } from '../git/visible-text.ts';
import type { UserCertificate } from './certificate.ts';
import { fingerprint } from './public-key.ts';
import { SshError } from './ssh-error.ts';

/** What a file takes back. */
export interface RevokedCertificates {
  has(certificate: UserCertificate): boolean;
}

const mostLines = 100_000;

/**
 * Reads lines of `serial: N` or `serial: N-M`, `id: KEY-ID` and `sha256: FINGERPRINT` (of the certified key); blank lines and
 * those that begin with `#` are passed over. Throws `CONFIG_SSH_KEY` for any other: what was meant to be taken back would
 * still let people in.
 */
export function parseRevokedCertificates(text: string): RevokedCertificates {
  const lines = text.split('\n');
  if (lines.length > mostLines)
    throw new SshError('CONFIG_SSH_KEY', `has more than ${mostLines} lines of revoked certificates`);
  const serials = new Set<bigint>();
  const ranges: (readonly [bigint, bigint])[] = [];
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, kind, value = ''] = /^(serial|id|sha256):[ \t]*(.+)$/.exec(line) ?? [];
    const [, from, to] = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(value) ?? [];
    if (kind === 'id') ids.add(value);
    else if (kind === 'sha256' && /^SHA256:[A-Za-z0-9+/]{43}$/.test(value)) keys.add(value);
    else if (kind === 'serial' && from !== undefined && to === undefined) serials.add(BigInt(from));
    else if (kind === 'serial' && from !== undefined && to !== undefined)
      ranges.push([BigInt(from), BigInt(to)]);
    else
      throw new SshError(
        'CONFIG_SSH_KEY',
        `has in line ${index + 1} no serial: N, serial: N-M, id: KEY-ID or sha256: SHA256:…, but ${visibleText(line, 60)}`,
      );
  }
  return {
    has({ serial, keyId, key }) {
      // Serial 0 is what an authority that does not count gives everybody.
      if (
        serial !== 0n &&
        (serials.has(serial) || ranges.some(([from, to]) => serial >= from && serial <= to))
      )
        return true;
      return ids.has(keyId) || keys.has(fingerprint(key.blob));
    },
  };
}
