/** The SSH door's host keys: read from their files, and shown as fingerprints and known_hosts lines. */
import { generateKeyPairSync } from 'node:crypto';
import { readKeyFile } from '../gateway/ssh/key-file.ts';
import { type PrivateKey, parsePrivateKey, writeEd25519 } from '../gateway/ssh/private-key.ts';
import { fingerprint } from '../gateway/ssh/public-key.ts';
import { publicKeyLine } from '../gateway/ssh/public-key-line.ts';

export interface HostKey {
  readonly file: string;
  /** The file as it is, for the SSH server. */
  readonly text: string;
  readonly type: PrivateKey['publicKey']['type'];
  /** `SHA256:…`. */
  readonly fingerprint: string;
  /** `TYPE BASE64`. */
  readonly line: string;
  /**
   * The door proves itself with the first key of each type. A second one of a type is only published, so that clients know it
   * before it takes over.
   */
  readonly isServed: boolean;
}

/** A key for each file, in their order. Throws `CONFIG_SSH_KEY` with the file's name, for the first that cannot be used. */
export async function readHostKeys(files: readonly string[]): Promise<readonly HostKey[]> {
  const keys: HostKey[] = [];
  for (const file of files) {
    const { text, publicKey } = await readKeyFile(file);
    const { type, blob } = publicKey;
    const isServed = !keys.some((key) => key.type === type);
    keys.push({ file, text, type, fingerprint: fingerprint(blob), line: publicKeyLine(publicKey), isServed });
  }
  return keys;
}

/** The lines clients put into `known_hosts`: a host at another port than 22 stands in brackets (sshd(8)). */
export function knownHostsLines(keys: readonly HostKey[], host: string, port: number): readonly string[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return keys.map(({ line }) => `${name} ${line}`);
}

/** A new Ed25519 key: the text of its file, and its public line. */
export function makeEd25519Key(comment: string): { text: string; line: string } {
  const text = writeEd25519(generateKeyPairSync('ed25519').privateKey, comment);
  return { text, line: `${publicKeyLine(parsePrivateKey(text).publicKey)} ${comment}\n` };
}
