/** The SSH door's host keys: read from their files, and shown as fingerprints and known_hosts lines. */
import { generateKeyPairSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type PrivateKey, parsePrivateKey, writeEd25519 } from '../gateway/ssh/private-key.ts';
import { fingerprint } from '../gateway/ssh/public-key.ts';
import { publicKeyLine } from '../gateway/ssh/public-key-line.ts';
import { SshError } from '../gateway/ssh/ssh-error.ts';

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
    const text = await readOwn(file);
    const { publicKey } = parsed(file, text);
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

/** A group may read it, as mounted secrets have it; what anybody can read, or others can change, is no secret. */
async function readOwn(file: string): Promise<string> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new SshError('CONFIG_SSH_KEY', `${file} cannot be read (${error.code ?? 'unknown'})`);
  });
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o037) !== 0)
      throw new SshError(
        'CONFIG_SSH_KEY',
        `${file} is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}); chmod 600 closes it`,
      );
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parsed(file: string, text: string): PrivateKey {
  try {
    return parsePrivateKey(text);
  } catch (error) {
    if (error instanceof SshError) throw new SshError(error.code, `${file} ${error.message}`);
    throw error;
  }
}
