/** A gateway as a process in front of a Git host as operators run it: nginx, fcgiwrap, git http-backend, TLS under an authority of its own. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { peerCertificate } from '../servers/authority.ts';
import type { Ending } from '../servers/ending.ts';
import { startNginxGitHost } from '../servers/nginx-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aSite, gitCredential, grantedBy, type Node, type Site } from './nodes.ts';

const execute = promisify(execFile);

/** What the host wants to see from the gateway, and no client must ever see. */
export const hostPasswords = {
  fetcher: 'the-host-password-to-fetch',
  pusher: 'the-host-password-to-push',
} as const;

export interface RealHost {
  readonly site: Site;
  readonly node: Node;
  /** The developer's git credential. */
  readonly secret: string;
  /** Folder of the bare repositories. */
  readonly repositories: string;
  /** Makes an empty bare repository. */
  bare(name: string, ...options: readonly string[]): Promise<void>;
  /** `ref id` lines of a repository as the host has it. */
  refs(name: string): Promise<readonly string[]>;
  grant(name: string, right: 'fetch' | 'push'): Promise<string>;
  address(name: string): string;
}

export async function aRealHost(t: Ending): Promise<RealHost> {
  const repositories = await temporaryDirectory(t);
  const certificate = await peerCertificate(t);
  const host = await startNginxGitHost(t, { directory: repositories, certificate, passwords: hostPasswords });
  const credential = async (username: keyof typeof hostPasswords): Promise<string> => {
    const file = join(repositories, `${username}.secret`);
    await writeFile(file, `${hostPasswords[username]}\n`, { mode: 0o600 });
    return `{ username: ${username}, passwordFile: ${file} }`;
  };
  const site = await aSite(
    t,
    {},
    {
      upstream: `{ kind: generic, url: "${host.url}", caFile: ${certificate.caFile}, credential: { fetch: ${await credential('fetcher')}, push: ${await credential('pusher')} } }`,
    },
  );
  const node = await site.node('one');
  const secret = await gitCredential(site, node, 'developer');

  return {
    site,
    node,
    secret,
    repositories,
    async bare(name, ...options) {
      const path = join(repositories, `${name}.git`);
      await execute('git', ['init', '-q', '--bare', '-b', 'main', ...options, path]);
      // The host's search for deltas between incompressible files takes longer than all that is looked at here.
      await execute('git', ['-C', path, 'config', 'core.bigFileThreshold', '1m']);
    },
    async refs(name) {
      const { stdout } = await execute('git', [
        ...['-C', join(repositories, `${name}.git`), 'for-each-ref', '--format=%(refname) %(objectname)'],
      ]);
      return stdout.split('\n').filter((line) => line !== '');
    },
    grant: (name, right) => grantedBy(site, node, node, { repository: `hub/${name}`, right }),
    address: (name) => node.address(secret, `${name}.git`),
  };
}
