/** A command at the SSH door as people paste it into their shell. */

/** Where the SSH door is reached. */
export interface SshPlace {
  readonly host: string;
  readonly port: number;
}

/** `ssh gw.test help`, and `ssh -p 2222 gw.test help` where the port is another than SSH's own. */
export function sshCommand({ host, port }: SshPlace, words = ''): string {
  const at = port === 22 ? host : `-p ${port} ${host}`;
  return words === '' ? `ssh ${at}` : `ssh ${at} ${words}`;
}
