/** The ways a person's git takes through the SSH door to a host: one test runs over each of them. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../../gateway/audit/entry.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import type { Grant, Principal } from '../../gateway/store/records.ts';
import { type GitNode, type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { type GitClient, gitClient, type Running } from '../servers/git.ts';
import type { SshClient } from '../servers/ssh.ts';
import { type SshGitHost, startSshGitHost } from '../servers/ssh-git-host.ts';
import { gitOnChannels, type OnChannels } from './git-on-channels.ts';
import { anSshNode, type SshNode } from './ssh-node.ts';

/** A person with a grant, and git that comes to the door. */
export interface AtTheDoor {
  readonly node: GitNode;
  readonly git: GitClient;
  readonly principal: Principal;
  readonly grant: Grant;
  /** Where the host has its repositories. */
  readonly repositories: string;
  /** The address of one of them at the gateway. */
  address(name: string): string;
  /** The audit's entries of a type, once all connections are gone and all operations have ended. */
  entriesOf(type: Entry['type']): Promise<readonly Entry[]>;
  /** What must not have happened: faults of the door, and troubles of the node. */
  faults(): readonly unknown[];
}

export type WayOptions = GitNodeOptions & {
  /** What the host sends of `slow` in a second. */
  readonly slowBytesPerSecond?: number;
};

type Right = 'fetch' | 'push';

export interface Way<Reached extends AtTheDoor = AtTheDoor> {
  readonly name: string;
  reach(t: Ending, right: Right, name: string, options?: WayOptions): Promise<Reached>;
}

/** A stand-in for ssh and its server, of which a test sees every channel; the host is asked over HTTP. */
export const onChannels: Way<AtTheDoor & OnChannels> = {
  name: 'on channels',
  async reach(t, right, name, { slowBytesPerSecond, ...options } = {}) {
    const served = await gitOnChannels(t, right, name, { ...paced(slowBytesPerSecond), ...options });
    const { node, resetAll } = served;
    return {
      ...served,
      repositories: node.directory,
      address: (repository) => served.address(`${repository}.git`),
      entriesOf: (type) => entriesOf(node, resetAll, type),
      faults: () => node.troubles,
    };
  },
};

export interface OverOpenSsh extends AtTheDoor {
  readonly ssh: SshClient;
  /** The file of its registered key. */
  readonly key: string;
  readonly at: SshNode;
}

/** The real ssh; the host is asked over HTTP. */
export const overBridge: Way<OverOpenSsh> = {
  name: 'through the bridge',
  async reach(t, right, name, { slowBytesPerSecond, ...options } = {}) {
    const at = await anSshNode(t, { ...paced(slowBytesPerSecond), ...options });
    return { ...(await aPerson(t, at, right, name)), repositories: at.node.directory };
  },
};

export interface OverSsh extends OverOpenSsh {
  readonly host: SshGitHost;
}

/** The real ssh, and a host behind the real sshd. */
export const overSsh = {
  name: 'over SSH all the way',
  async reach(
    t: Ending,
    right: Right,
    name: string,
    {
      slowBytesPerSecond,
      lines = ['AcceptEnv GIT_PROTOCOL'],
      ...options
    }: WayOptions & { readonly lines?: readonly string[] } = {},
  ): Promise<OverSsh> {
    const host = await startSshGitHost(t, {
      lines: slowBytesPerSecond === undefined ? lines : [...lines, slowed(slowBytesPerSecond)],
    });
    const at = await anSshNode(t, { hostUrl: 'http://127.0.0.1:9', upstream: host.section, ...options });
    return { ...(await aPerson(t, at, right, name)), repositories: host.directory, host };
  },
};

/** Those with the real ssh. */
export const openSshWays: readonly Way<OverOpenSsh>[] = [overBridge, overSsh];
export const ways: readonly Way[] = [onChannels, ...openSshWays];

const slowExec = fileURLToPath(new URL('../servers/slow-exec.mjs', import.meta.url));

function slowed(bytesPerSecond: number): string {
  return `ForceCommand ${process.execPath} ${slowExec} ${bytesPerSecond}`;
}

function paced(slow: number | undefined): Pick<GitNodeOptions, 'host'> {
  return slow === undefined ? {} : { host: { bytesPerSecond: { slow } } };
}

async function aPerson(t: Ending, at: SshNode, right: Right, name: string) {
  const { node, door } = at;
  const principal = await at.principal();
  const { file } = await at.key('id', principal);
  const ssh = await at.client([file]);
  return {
    at,
    node,
    ssh,
    key: file,
    principal,
    grant: await node.grant(principal, { scope: scopeOf(name, right) }),
    git: await gitClient(t, { env: gitSsh(ssh) }),
    address: (repository: string) => `ssh://git@127.0.0.1:${door.port}/hub/${repository}.git`,
    entriesOf: (type: Entry['type']) => entriesOf(node, () => door.resetAll(), type),
    faults: () => [...at.faults, ...node.troubles],
  };
}

/** What makes a git come as that client; `more` options win. */
export function gitSsh({ options }: Pick<SshClient, 'options'>, ...more: readonly string[]) {
  return { GIT_SSH_COMMAND: ['ssh', ...more, ...options].map((word) => `'${word}'`).join(' ') };
}

async function entriesOf(node: GitNode, resetAll: () => void, type: Entry['type']) {
  resetAll();
  return (await node.entries()).filter((entry) => entry.type === type);
}

export interface Pusher {
  /** The host's repository. */
  readonly bare: string;
  /** Its refs. */
  refs(): Promise<string>;
  push(): Running;
}

/** A clone of the host's `app` with one commit of so many random bytes, and `push` of it to `refs/heads/new`. */
export async function aPusher<Reached extends AtTheDoor>(
  t: Ending,
  way: Way<Reached>,
  bytes: number,
  options: GitNodeOptions = {},
): Promise<Reached & Pusher> {
  const served = await way.reach(t, 'push', 'app', options);
  const { git, address, repositories } = served;
  await makeAppRepository(repositories);
  await git.must(['clone', '-q', address('app'), 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/new`, randomBytes(bytes));
  // Random bytes are not compressed, and only cost time to try.
  await git.must(['-c', 'core.compression=0', 'add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'new'], inApp);
  const bare = `${repositories}/app.git`;
  return {
    ...served,
    bare,
    refs: () => git.must(['ls-remote', bare]),
    push: () => git.start(['-c', 'pack.compression=0', 'push', 'origin', 'HEAD:refs/heads/new'], inApp),
  };
}
