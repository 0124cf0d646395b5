/** Puts a signature back into the form it had on the wire, out of what ssh2 1.17.0 makes of it for its `authentication` event. */
import { wireString } from './wire.ts';

/**
 * ssh2 takes the algorithm's name off where it equals the announced one, and turns the numbers of an ECDSA signature into ASN.1.
 * For `sk-` keys flags and counter stand behind; signatures by certificates come as they were.
 *
 * What was no signature does not become one: bytes that ssh2 left alone, or that are not the ASN.1 it writes, give bytes that
 * `parseSignature` or `verifySignature` refuse.
 *
 * @param announced the algorithm as the client named it, `ctx.key.algo` with `ctx.hashAlgo` taken into account
 */
export function wireSignatureOfSsh2(announced: string, handed: Buffer): Buffer {
  if (announced.endsWith('-cert-v01@openssh.com')) return handed;
  if (announced.startsWith('sk-')) {
    const behind = Math.max(0, handed.length - touchBytes);
    return Buffer.concat([
      wireString(announced),
      wireString(handed.subarray(0, behind)),
      handed.subarray(behind),
    ]);
  }
  const value = announced.startsWith('ecdsa-') ? (pairOfAsn1(handed) ?? handed) : handed;
  return Buffer.concat([wireString(announced), wireString(value)]);
}

/** The name ssh2 splits in two: RSA with SHA-2 comes as `ssh-rsa` and a hash. */
export function announcedOfSsh2(algo: string, hashAlgo: string | undefined): string {
  if (algo !== 'ssh-rsa' || hashAlgo === undefined) return algo;
  return hashAlgo === 'sha512' ? 'rsa-sha2-512' : 'rsa-sha2-256';
}

/** One byte of flags, four of counter. */
const touchBytes = 5;

/** `SEQUENCE { INTEGER r, INTEGER s }` as `mpint r, mpint s`; undefined for anything else. */
function pairOfAsn1(bytes: Buffer): Buffer | undefined {
  const outer = element(bytes, 0x30);
  if (outer === undefined || outer.rest.length > 0) return undefined;
  const r = element(outer.content, 0x02);
  const s = r && element(r.rest, 0x02);
  if (r === undefined || s === undefined || s.rest.length > 0) return undefined;
  return Buffer.concat([wireString(r.content), wireString(s.content)]);
}

function element(bytes: Buffer, tag: number): { content: Buffer; rest: Buffer } | undefined {
  if (bytes[0] !== tag) return undefined;
  // Two lengths are written: below 128, and 0x81 with one byte behind it (P-521).
  const isLong = bytes[1] === 0x81;
  const length = isLong ? bytes[2] : bytes[1];
  const start = isLong ? 3 : 2;
  if (length === undefined || (!isLong && length >= 0x80) || bytes.length < start + length) return undefined;
  return { content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}
