/** The lines that make a client use the gateway. */
import type { Me } from '../api/shapes.ts';

type Gateway = Me['gateway'];

/** What sends a host's own addresses through the gateway, so that remotes, submodules and scripts stay as they are. */
export function insteadOfLines({ https, hosts }: Gateway): readonly string[] {
  return hosts.map(({ name, url }) => `git config --global url."${https}/${name}/".insteadOf "${url}/"`);
}

/** The same by SSH. */
export function sshInsteadOfLines({ ssh, hosts }: Gateway): readonly string[] {
  if (ssh === undefined) return [];
  return hosts.map(({ name, url }) => `git config --global url."${ssh}/${name}/".insteadOf "${url}/"`);
}

/** A place of repositories as an example: the first host one may ask within. */
export function exampleAddress(base: string, { hosts }: Gateway): string {
  return `${base}/${hosts[0]?.name ?? 'UPSTREAM'}/PATH`;
}

/** What a job needs so that git asks nobody: the credential comes from its environment and is written nowhere. */
export function jobLines({ https }: Gateway): readonly string[] {
  return [
    `git config --global credential.${https}.helper '!f() { test "$1" = get && printf "username=git\\npassword=%s\\n" "$SLUICE_CREDENTIAL"; }; f'`,
    'export GIT_TERMINAL_PROMPT=0',
  ];
}

/** What `ssh` reads of the gateway from its configuration. */
export function sshConfigLines(ssh: string): readonly string[] {
  const { hostname, port } = new URL(ssh.replace('ssh://', 'http://'));
  return [`Host ${hostname}`, `  Port ${port || '22'}`, '  User git'];
}
