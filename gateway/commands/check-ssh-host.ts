/** Whether a Git host that is reached by SSH proves itself with a pinned key, and lets the gateway in. */
import { readFile } from 'node:fs/promises';
import type { UpstreamConfig, UpstreamSsh } from '../../config/schema.ts';
import { connectSsh } from '../relay/ssh/connection.ts';
import { UpstreamTroubleError } from '../relay/upstream-trouble.ts';
import { readKeyFile } from '../ssh/key-file.ts';
import { parseKnownHosts } from '../ssh/known-hosts.ts';
import { fingerprint } from '../ssh/public-key.ts';
import { SshError } from '../ssh/ssh-error.ts';
import type { Finding } from '../store/redis/inspect.ts';

/** Connects and logs in; no command is run, and so no repository is touched. Rejects when the host cannot be reached. */
export async function sshHostFindings(
  { name, allowPrivateAddresses }: Pick<UpstreamConfig, 'name' | 'allowPrivateAddresses'>,
  ssh: UpstreamSsh,
  connectMs: number,
): Promise<readonly Finding[]> {
  const field = `upstreams.${name}.ssh`;
  const fault = (text: string, mend: string): readonly Finding[] => [
    { ok: false, text: `upstream ${name} by SSH: ${text}`, mend },
  ];
  try {
    const { text: keyText, publicKey } = await readKeyFile(ssh.keyFile);
    const pinned = parseKnownHosts(await readFile(ssh.knownHostsFile, 'utf8'), ssh.host, ssh.port);
    try {
      const connection = await connectSsh(ssh, { keyText, pinned }, { connectMs, allowPrivateAddresses });
      connection.end();
    } catch (error) {
      if (!(error instanceof UpstreamTroubleError)) throw error;
      switch (error.trouble.kind) {
        case 'host-key':
          return fault(
            error.message,
            `ask its owner; if the key was changed, put the new one into ${ssh.knownHostsFile}`,
          );
        case 'credential-refused':
          return fault(
            `${ssh.user} is not let in with the key ${fingerprint(publicKey.blob)}`,
            `register the public half of ${field}.keyFile there, or look at the user in ${field}.url`,
          );
        default:
          throw error;
      }
    }
    return [{ ok: true, text: `upstream ${name} by SSH: has a pinned key, and lets ${ssh.user} in` }];
  } catch (error) {
    if (!(error instanceof SshError)) throw error;
    if (error.code === 'CONFIG_SSH_HOST')
      return fault(`${ssh.knownHostsFile} ${error.message}`, `look at ${field}.knownHostsFile`);
    return fault(error.message, `look at ${field}.keyFile`);
  }
}
