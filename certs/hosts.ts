/** Names and addresses a certificate can be made out to. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * Writes hosts as they stand in a certificate: names in lower case and ASCII, addresses without brackets, each once.
 * Throws a `RangeError` on what is neither a name, a wildcard name nor an address.
 */
export function certificateHosts(written: readonly string[]): string[] {
  return [...new Set(written.map(certificateHost))];
}

/** Those of the hosts that a PEM certificate is not made out to. */
export function uncoveredHosts(certificate: string, hosts: readonly string[]): string[] {
  const read = new X509Certificate(certificate);
  return certificateHosts(hosts).filter((host) =>
    isIP(host) === 0
      ? read.checkHost(host.replace(/^\*\./, 'any.'), { subject: 'never' }) === undefined
      : read.checkIP(host) === undefined,
  );
}

function certificateHost(written: string): string {
  const bare = written.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0 && !bare.includes('%')) return bare;
  const wildcard = bare.startsWith('*.') ? '*.' : '';
  const name = bare.slice(wildcard.length);
  const ascii = /[\s:/@?#[\]%]/u.test(name) ? '' : domainToASCII(name);
  // RFC 1123 section 2.1; what ends in digits would be read as an address (WHATWG URL, "ends in a number").
  const levels = ascii.split('.');
  const isName = levels.every((level) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(level));
  if (
    !isName ||
    ascii.length > 253 ||
    /^[0-9]+$/.test(levels.at(-1) ?? '') ||
    (wildcard !== '' && levels.length < 2)
  ) {
    throw new RangeError(
      `host ${JSON.stringify(written)} is neither a name nor an address; expected the like of git.example.com or 192.0.2.7`,
    );
  }
  return wildcard + ascii;
}
