/** Files of private keys: whole, without passphrase, closed to others. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type PrivateKey, parsePrivateKey } from './private-key.ts';
import { SshError } from './ssh-error.ts';

export interface KeyFile extends PrivateKey {
  /** The file as it is. */
  readonly text: string;
}

/** Throws `CONFIG_SSH_KEY` with the file's name and the mend; nothing of the key is in its text. */
export async function readKeyFile(file: string): Promise<KeyFile> {
  const text = await readOwn(file);
  try {
    return { ...parsePrivateKey(text), text };
  } catch (error) {
    if (error instanceof SshError) throw new SshError(error.code, `${file} ${error.message}`);
    throw error;
  }
}

/** A group may read it, as mounted secrets have it; what anybody can read, or others can change, is no secret. */
async function readOwn(file: string): Promise<string> {
  // O_NONBLOCK: a FIFO in the file's place must not hold the reader for ever.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw new SshError('CONFIG_SSH_KEY', `${file} cannot be read (${error.code ?? 'unknown'})`);
    },
  );
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new SshError('CONFIG_SSH_KEY', `${file} is no regular file`);
    if ((stats.mode & 0o037) !== 0)
      throw new SshError(
        'CONFIG_SSH_KEY',
        `${file} is open to others (mode ${(stats.mode & 0o777).toString(8).padStart(4, '0')}); chmod 600 closes it`,
      );
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
