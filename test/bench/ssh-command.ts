/** The real ssh as a bench has git run it: one key, pinned hosts, nothing of this machine's configuration. */

/** For `GIT_SSH_COMMAND`. */
export function sshCommand(keyFile: string, knownHosts: string): string {
  return `ssh -F none -i '${keyFile}' -o UserKnownHostsFile='${knownHosts}' -o GlobalKnownHostsFile=/dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none`;
}
