/** A node with an SSH door in the test's process, and people with registered keys. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import { openSshDoor, type SshDoor, type SshDoorOptions } from '../../gateway/edge/ssh-door.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { parsePublicKeyLine } from '../../gateway/ssh/public-key-line.ts';
import type { Credential, Principal } from '../../gateway/store/records.ts';
import { aGitNode, type GitNode, type GitNodeOptions } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { type SshClient, sshClient } from '../servers/ssh.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent, aPerson } from '../store/samples.ts';

export interface SshNode {
  readonly node: GitNode;
  readonly door: SshDoor;
  readonly hostKeyLine: string;
  /** Connections that were no visit: `why`. */
  readonly turnedAway: readonly string[];
  readonly faults: readonly unknown[];
  /** A key file in the node's folder, registered for somebody unless told otherwise. */
  key(name: string, owner?: Principal): Promise<{ readonly file: string; readonly line: string }>;
  register(owner: Pick<Principal, 'id'>, line: string): Promise<Credential>;
  principal(subject?: string): Promise<Principal>;
  client(identities?: readonly string[]): Promise<SshClient>;
}

export type SshNodeOptions = Partial<Pick<SshDoorOptions, 'authenticationMs' | 'proxyProtocolFrom'>> & {
  /** Private keys beside the Ed25519 one. */
  readonly moreHostKeys?: readonly string[];
  readonly doorLimits?: Partial<SshDoorOptions['limits']>;
};

/** @param options `signInLink` as the configuration's `ssh.signInLink` has it */
export async function anSshNode(
  t: Ending,
  options: GitNodeOptions & SshNodeOptions & { readonly signInLink?: string } = {},
): Promise<SshNode> {
  const { signInLink, sshSection } = options;
  const section = [sshSection ?? '', signInLink === undefined ? '' : `signInLink: ${signInLink}`];
  let port = 0;
  const node = await aGitNode(t, {
    sshPlace: () => ({ host: 'gw.test', port }),
    ...options,
    sshSection: section.filter((part) => part !== '').join(', '),
  });
  const ssh = await withSshDoor(t, node, options);
  ({ port } = ssh.door);
  return ssh;
}

/** Gives a node that runs an SSH door. */
export async function withSshDoor(t: Ending, node: GitNode, options: SshNodeOptions = {}): Promise<SshNode> {
  const hostKey = makeEd25519Key('host');
  const turnedAway: string[] = [];
  const faults: unknown[] = [];
  const door = await openSshDoor({
    listen: { host: '127.0.0.1', port: 0 },
    proxyProtocolFrom: options.proxyProtocolFrom ?? [],
    hostKeys: [hostKey.text, ...(options.moreHostKeys ?? [])],
    limits: {
      tlsHandshakeMs: 10_000,
      headersMs: 10_000,
      idleMs: 60_000,
      maxConnections: 1_000,
      maxConnectionsPerAddress: 600,
      ...options.doorLimits,
    },
    ...(options.authenticationMs === undefined ? {} : { authenticationMs: options.authenticationMs }),
    visit: node.git.visitSsh,
    onTurnedAway: (_address, why) => turnedAway.push(why),
    onFault: (error) => faults.push(error),
  });
  t.teardown(async () => {
    const closed = door.close();
    door.resetAll();
    await closed;
  });
  const newId = createIds(randomBytes);
  const register = async (owner: Pick<Principal, 'id'>, line: string): Promise<Credential> => {
    const { key, fingerprint } = parsePublicKeyLine(line);
    const credential = aCredential(await node.store.now(), {
      id: newId('C'),
      principalId: owner.id,
      kind: 'ssh',
      hash: hashKey(key.blob),
      shown: fingerprint,
    });
    await recorded(node.store, await node.store.issueCredential(credential, anEvent('credential.issued')));
    return credential;
  };
  return {
    node,
    door,
    hostKeyLine: hostKey.line.trim(),
    turnedAway,
    faults,
    register,
    async key(name, owner) {
      const { text, line } = makeEd25519Key(name);
      const file = join(node.directory, name);
      await writeFile(file, text, { mode: 0o600 });
      await writeFile(`${file}.pub`, line);
      if (owner !== undefined) await register(owner, line);
      return { file, line };
    },
    principal: (subject = 'dev') => node.store.enrol(aPerson({ subject }), newId('P')),
    client: (identities) => sshClient(t, door.port, hostKey.line.trim(), identities),
  };
}
