/** Certificates for peers, made by openssl, so that what the gateway meets was not made by its own code. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ending } from './ending.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const execute = promisify(execFile);

/** A server certificate for localhost and 127.0.0.1, and the authority that vouches for it; all PEM files. */
export interface PeerCertificate {
  readonly caFile: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority and a certificate under it, both P-256 and good for a day. */
export async function peerCertificate(test: Ending): Promise<PeerCertificate> {
  const directory = await temporaryDirectory(test);
  const [caFile, caKey, certificate, key] = ['ca.crt', 'ca.key', 'peer.crt', 'peer.key'].map((name) =>
    join(directory, name),
  ) as [string, string, string, string];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  await execute('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', caKey, '-out', caFile, '-subj', '/CN=Peer authority'],
  ]);
  await execute('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', key, '-out', certificate, '-subj', '/CN=localhost'],
    ...['-CA', caFile, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  ]);
  return { caFile, certificate, key };
}
