/** The lines of a signed push: header, commands, signature (gitprotocol-pack, push certificate). */

export type CertificateLine =
  | { readonly kind: 'command'; readonly bytes: Buffer }
  | { readonly kind: 'option'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'other' };

/** Which part the next line is of; kept by the caller over the lines of one certificate. */
export interface CertificatePosition {
  inBody: boolean;
}

/** Reads one line without its line end. The body begins behind the empty line and ends where a signature begins. */
export function readCertificateLine(line: Buffer, position: CertificatePosition): CertificateLine {
  const text = line.toString('latin1');
  if (text === 'push-cert-end') return { kind: 'end' };
  if (!position.inBody) {
    if (text === '') position.inBody = true;
    else if (text.startsWith('push-option ')) return { kind: 'option', bytes: line.subarray(12) };
    return { kind: 'other' };
  }
  // Hex digits begin a command; a signature block begins with dashes and holds no such line.
  return /^[0-9a-f]{40,64} [0-9a-f]{40,64} /.test(text)
    ? { kind: 'command', bytes: line }
    : { kind: 'other' };
}
