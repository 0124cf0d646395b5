/** A key and its certificate in files, where there is no ssh-agent: for their owner's eyes, and never half written. */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { shown } from './shown.ts';

/** Writes `FILE` and `FILE-cert.pub`, which ssh looks for beside it; what was there before is replaced. */
export async function keepInFiles(file: string, key: string, certificate: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await replace(file, key);
  await replace(
    `${file}-cert.pub`,
    `ssh-ed25519-cert-v01@openssh.com ${certificate.toString('base64')} sluice\n`,
  );
}

/** A new file, so that one which others may read, or a link to elsewhere, does not get the key. */
async function replace(file: string, text: string): Promise<void> {
  const next = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(next, text, { mode: 0o600, flag: 'wx' });
    await rename(next, file);
  } finally {
    await rm(next, { force: true });
  }
}

/** The lines of `~/.ssh/config` by which ssh finds them. */
export function sshConfigHint(
  file: string,
  ssh: { readonly host: string; readonly port: number } | undefined,
): string {
  if (ssh === undefined) return '';
  return `put into ~/.ssh/config:\n\nHost ${shown(ssh.host)}\n    Port ${ssh.port}\n    IdentityFile ${file}\n    IdentitiesOnly yes\n\n`;
}
