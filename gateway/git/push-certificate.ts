/** The lines of a signed push: header, commands, signature (gitprotocol-pack, push certificate). */
import { pushFault } from './protocol-error.ts';

export type CertificateLine =
  | { readonly kind: 'command'; readonly bytes: Buffer }
  | { readonly kind: 'option'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'other' };

/** The lines that begin a signature git knows: OpenPGP in two forms, X.509, SSH. */
const signatureBegins: ReadonlySet<string> = new Set([
  '-----BEGIN PGP SIGNATURE-----',
  '-----BEGIN PGP MESSAGE-----',
  '-----BEGIN SIGNED MESSAGE-----',
  '-----BEGIN SSH SIGNATURE-----',
]);

/**
 * Reads a certificate line by line.
 *
 * receive-pack joins what the pkts carry and looks for the empty line, the commands and the last beginning of a signature in
 * the whole. So that it cannot see a command that was not seen here, a pkt is exactly one line, each part holds nothing but
 * its own lines, and a signature begins once. Throws a `ProtocolError` with code `PROTOCOL_COMMANDS` for anything else.
 */
export class CertificateReader {
  #part: 'version' | 'header' | 'commands' | 'signature' = 'version';

  /** @param payload a pkt's payload, its line end included */
  read(payload: Buffer): CertificateLine {
    if (payload.length === 0 || payload.indexOf(10) !== payload.length - 1)
      throw pushFault('a pkt of the certificate is not exactly one line');
    if (payload.includes(0)) throw pushFault('the certificate holds NUL');
    const bytes = payload.subarray(0, -1);
    const line = bytes.toString('latin1');
    switch (this.#part) {
      case 'version':
        if (line !== 'certificate version 0.1')
          throw pushFault('the certificate does not begin with certificate version 0.1');
        this.#part = 'header';
        return { kind: 'other' };
      case 'header':
        return this.#header(line, bytes);
      case 'commands':
        if (!line.startsWith('-')) return { kind: 'command', bytes };
        if (!signatureBegins.has(line)) throw pushFault('the certificate has a signature of an unknown kind');
        this.#part = 'signature';
        return { kind: 'other' };
      case 'signature':
        if (line === 'push-cert-end') return { kind: 'end' };
        if (line.startsWith('-----BEGIN ')) throw pushFault('the certificate has two signatures');
        return { kind: 'other' };
    }
  }

  #header(line: string, bytes: Buffer): CertificateLine {
    if (line === '') {
      this.#part = 'commands';
      return { kind: 'other' };
    }
    if (line.startsWith('push-option ')) return { kind: 'option', bytes: bytes.subarray(12) };
    if (!/^(pusher|pushee|nonce) /.test(line))
      throw pushFault('the certificate has a header that is not understood');
    return { kind: 'other' };
  }
}
