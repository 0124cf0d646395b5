/** A local certificate authority and a server certificate under it; the only file that knows node-forge. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

/** PEM texts. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** node-forge signs with RSA alone; 2048 bits hold until 2030 by every guideline, and handshakes stay cheap. */
const keyBits = 2048;
const day = 86_400_000;
/** Browsers refuse server certificates that live longer than 398 days. */
const serverDays = 397;
const authorityDays = 3_650;
/** Clocks of clients may be behind. */
const backdated = day;

/** Makes an authority that can vouch for servers and for nothing else. */
export async function makeAuthority(name: string, now: Date): Promise<Pair> {
  const keys = await newKeys();
  const subject = [{ name: 'commonName', value: name }];
  const certificate = newCertificate(keys, subject, subject, now, authorityDays);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return pair(certificate, keys);
}

/** Makes a server certificate for the hosts: names, and IPv4 or IPv6 addresses. */
export async function makeServerCertificate(
  authority: Pair,
  hosts: readonly string[],
  now: Date,
): Promise<Pair> {
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const keys = await newKeys();
  const [first = 'localhost'] = hosts;
  const certificate = newCertificate(
    keys,
    [{ name: 'commonName', value: first.slice(0, 64) }],
    issuer.subject.attributes,
    now,
    serverDays,
  );
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(altName) },
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return pair(certificate, keys);
}

function altName(host: string): { type: number; value?: string; ip?: string } {
  // GeneralName: 2 is dNSName, 7 is iPAddress (RFC 5280 section 4.2.1.6).
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}

function newCertificate(
  keys: forge.pki.rsa.KeyPair,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  now: Date,
  days: number,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  // Positive and 20 bytes at most (RFC 5280 section 4.1.2.2).
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`;
  certificate.validity.notBefore = new Date(now.getTime() - backdated);
  certificate.validity.notAfter = new Date(now.getTime() + days * day);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}

function newKeys(): Promise<forge.pki.rsa.KeyPair> {
  return new Promise((resolve, reject) => {
    // Node's own generator does the work in a thread of its own.
    forge.pki.rsa.generateKeyPair({ bits: keyBits, workers: -1 }, (error, keys) =>
      error === null ? resolve(keys) : reject(error),
    );
  });
}

function pair(certificate: forge.pki.Certificate, keys: forge.pki.rsa.KeyPair): Pair {
  return {
    certificate: forge.pki.certificateToPem(certificate).replaceAll('\r', ''),
    key: forge.pki.privateKeyToPem(keys.privateKey).replaceAll('\r', ''),
  };
}
