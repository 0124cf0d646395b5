/** The SSH side of a node: its host keys, its door, and where people find it. */
import { type HostKey, knownHostsLines, readHostKeys } from '../certs/host-keys.ts';
import type { Config } from '../config/schema.ts';
import { openSshDoor, type SshDoor, type SshDoorOptions } from './edge/ssh-door.ts';
import type { SshPlace } from './grants/ssh-command.ts';

export interface SshSide {
  readonly door: SshDoor;
  /** The address people use: the host of the page, at the door's port. */
  readonly place: SshPlace;
  /** For `known_hosts`: fingerprints as comments, then a line for each key. */
  readonly knownHosts: readonly string[];
}

/** Undefined where the configuration has no SSH door. Rejects when a host key cannot be used or the address is taken. */
export async function openSshSide(
  { ssh, limits, publicUrl }: Config,
  options: Pick<SshDoorOptions, 'visit' | 'onTurnedAway' | 'onFault'>,
): Promise<SshSide | undefined> {
  if (ssh === undefined) return undefined;
  const keys = await readHostKeys(ssh.hostKeyFiles);
  const door = await openSshDoor({
    ...options,
    listen: ssh.listen,
    proxyProtocolFrom: ssh.proxyProtocolFrom,
    hostKeys: keys.filter(({ isServed }) => isServed).map(({ text }) => text),
    limits,
  });
  const place = { host: new URL(publicUrl).hostname, port: door.port };
  return { door, place, knownHosts: knownHosts(keys, place) };
}

function knownHosts(keys: readonly HostKey[], { host, port }: SshPlace): readonly string[] {
  return [
    ...keys.map(
      ({ type, fingerprint, isServed }) => `# ${fingerprint} ${type}${isServed ? '' : ', not in use yet'}`,
    ),
    ...knownHostsLines(keys, host, port),
  ];
}
