/** Keys of the real ssh-keygen, a security key in software, and signatures by both. */
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { type PublicKey, parsePublicKey } from '../../gateway/ssh/public-key.ts';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import { parseSignature, type Signature } from '../../gateway/ssh/signature.ts';
import { WireReader, wireMpint, wireString, wireUint32 } from '../../gateway/ssh/wire.ts';

/** Runs ssh-keygen to its end, with nothing or a file's bytes to read; rejects when it does not like what it sees. */
export function keygen(...args: readonly string[]): Promise<string> {
  return keygenReading('', ...args);
}

export function keygenReading(input: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, TZ: 'UTC' };
    const child = execFile('ssh-keygen', args, { env, timeout: 20_000 }, (error, stdout, stderr) =>
      error === null
        ? resolve(stdout + stderr)
        : reject(new Error(`ssh-keygen ${args.join(' ')}: ${stdout}${stderr}`)),
    );
    // It may be done without having read anything.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** The types of key that ssh-keygen makes without hardware, each with the arguments for it. */
export const madeTypes = [
  ['ssh-ed25519', ['-t', 'ed25519']],
  ['ecdsa-sha2-nistp256', ['-t', 'ecdsa', '-b', '256']],
  ['ecdsa-sha2-nistp384', ['-t', 'ecdsa', '-b', '384']],
  ['ecdsa-sha2-nistp521', ['-t', 'ecdsa', '-b', '521']],
  ['ssh-rsa', ['-t', 'rsa', '-b', '2048']],
] as const;

/** Makes `FILE` and `FILE.pub` without a passphrase; resolves to the line of the latter. */
export async function makeKey(file: string, type: readonly string[] = ['-t', 'ed25519']): Promise<string> {
  await keygen('-q', ...type, '-N', '', '-C', 'a comment', '-f', file);
  return await readFile(`${file}.pub`, 'utf8');
}

export function keyOf(line: string): PublicKey {
  return parsePublicKeyLine(line).key;
}

/** What `ssh-keygen -Y sign` signs for a message, and its signature (PROTOCOL.sshsig). */
export async function signedByKeygen(
  keyFile: string,
  messageFile: string,
): Promise<{ key: PublicKey; data: Buffer; signature: Signature; wire: Buffer }> {
  await rm(`${messageFile}.sig`, { force: true });
  await keygen('-q', '-Y', 'sign', '-f', keyFile, '-n', 'test', messageFile);
  const armored = await readFile(`${messageFile}.sig`, 'utf8');
  const reader = new WireReader(Buffer.from(armored.replaceAll(/-----[^\n]*-----/g, ''), 'base64'));
  reader.take('SSHSIG'.length + 4);
  const key = parsePublicKey(reader.string(4_096));
  const [namespace, reserved, hash] = [reader.string(64), reader.string(64), reader.string(64)];
  const wire = reader.string(8_192);
  const digest = createHash(hash.toString())
    .update(await readFile(messageFile))
    .digest();
  const data = Buffer.concat([Buffer.from('SSHSIG'), ...[namespace, reserved, hash, digest].map(wireString)]);
  return { key, data, signature: parseSignature(wire), wire };
}

/** Writes a signature so that `ssh-keygen -Y verify` reads it. */
export async function writeForKeygen(file: string, key: PublicKey, wire: Buffer): Promise<void> {
  const body = Buffer.concat([
    Buffer.from('SSHSIG'),
    wireUint32(1),
    ...[key.blob, Buffer.from('test'), Buffer.alloc(0), Buffer.from('sha512'), wire].map(wireString),
  ]);
  const base64 = body.toString('base64').replaceAll(/(.{70})/g, '$1\n');
  await writeFile(file, `-----BEGIN SSH SIGNATURE-----\n${base64}\n-----END SSH SIGNATURE-----\n`);
}

/** A security key in software: the flags and the counter are the test's to choose. */
export interface SoftSecurityKey {
  readonly key: PublicKey;
  /** The signature over `data` as it stands on the wire. */
  sign(data: Buffer, flags: number, counter: number): Buffer;
}

export function softSecurityKey(kind: 'ed25519' | 'ecdsa', application = 'ssh:'): SoftSecurityKey {
  const { publicKey, privateKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = kind === 'ed25519' ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com';
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const [left, right] = [x, y].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer];
  const point = kind === 'ed25519' ? [left] : ['nistp256', Buffer.concat([Buffer.of(4), left, right])];
  const blob = Buffer.concat([type, ...point, application].map((part) => wireString(part)));
  const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();
  return {
    key: parsePublicKey(blob),
    sign(data, flags, counter) {
      const touch = Buffer.concat([Buffer.of(flags), wireUint32(counter)]);
      const value = signedValue(privateKey, Buffer.concat([sha256(application), touch, sha256(data)]));
      return Buffer.concat([wireString(type), wireString(value), touch]);
    },
  };
}

/** Signs as SSH does with a key of node's; RSA with SHA-512, elliptic curves with P-256. */
export function signedValue(key: KeyObject, data: Buffer): Buffer {
  if (key.asymmetricKeyType !== 'ec')
    return sign(key.asymmetricKeyType === 'rsa' ? 'sha512' : null, data, key);
  const pair = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
  return Buffer.concat([wireMpint(pair.subarray(0, 32)), wireMpint(pair.subarray(32))]);
}
