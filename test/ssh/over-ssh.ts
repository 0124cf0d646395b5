/** A node whose host is behind the real sshd, and a person whose git goes through the real ssh. */
import { type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { startSshGitHost } from '../servers/ssh-git-host.ts';
import { anSshNode } from './ssh-node.ts';

/** A person whose git goes through the real ssh, and on to a host behind the real sshd. */
export async function aPersonOverSsh(
  t: Ending,
  right: 'fetch' | 'push',
  name: string,
  { lines, ...options }: GitNodeOptions & { readonly lines?: readonly string[] } = {},
) {
  const host = await startSshGitHost(t, lines === undefined ? {} : { lines });
  const served = await anSshNode(t, {
    hostUrl: 'http://127.0.0.1:9',
    upstream: host.section,
    ...options,
  });
  const { node, door, key, principal, client } = served;
  const owner = await principal();
  const { file } = await key('id', owner);
  const ssh = await client([file]);
  const grant = await node.grant(owner, { scope: scopeOf(name, right) });
  const git = await gitClient(t, {
    env: { GIT_SSH_COMMAND: ['ssh', ...ssh.options].map((word) => `'${word}'`).join(' ') },
  });
  const entriesOf = async (type: string) => {
    door.resetAll();
    return (await node.entries()).filter((entry) => entry.type === type);
  };
  return {
    ...served,
    host,
    ssh,
    git,
    grant,
    entriesOf,
    address: `ssh://git@127.0.0.1:${door.port}/hub/${name}.git`,
  };
}
