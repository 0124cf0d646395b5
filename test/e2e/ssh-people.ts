/** People at the SSH door of a site's node, with keys they registered and the real ssh. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import type { Ending } from '../servers/ending.ts';
import { type SshClient, sshClient } from '../servers/ssh.ts';
import { makeKey } from '../ssh/openssh.ts';
import type { Node, Site } from './nodes.ts';

/** The section of a site's configuration that opens the door. */
export const sshDoorSection = 'ssh: { listen: "127.0.0.1:0", hostKeys: [certs/ssh_host_ed25519_key] }';

/** The file of a private key that an account has registered by the API. */
export async function registeredKey(site: Site, node: Node, account: AccountName): Promise<string> {
  const file = join(site.directory, `key-of-${account}`);
  const publicKey = await makeKey(file);
  const made = await node.api(await site.provider.idToken(account), 'POST', 'keys', {
    name: 'test',
    publicKey: publicKey.trim(),
    expiresIn: '1h',
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made));
  return file;
}

/** The real ssh with that key, at a node of the site. */
export async function sshAt(t: Ending, site: Site, node: Node, keyFile: string): Promise<SshClient> {
  const line = await readFile(join(site.directory, 'certs/ssh_host_ed25519_key.pub'), 'utf8');
  return await sshClient(t, node.sshPort ?? 0, line.split(' ').slice(0, 2).join(' ').trim(), [keyFile]);
}
