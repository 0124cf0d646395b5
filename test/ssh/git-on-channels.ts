/** A node that serves git on channels, and a person's git that reaches it. */
import { randomBytes } from 'node:crypto';

import { parseExecCommand } from '../../gateway/ssh/exec-command.ts';
import type { Grant, Principal } from '../../gateway/store/records.ts';
import { aGitNode, type GitNode, type GitNodeOptions, scopeOf } from '../https/git-node.ts';
import type { Ending } from '../servers/ending.ts';
import { type Exec, startExecSocket } from '../servers/exec-socket.ts';
import { type GitClient, gitClient } from '../servers/git.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent } from '../store/samples.ts';

export interface OnChannels {
  readonly node: GitNode;
  readonly git: GitClient;
  /** What makes any program that runs the stand-in for ssh reach the node. */
  readonly env: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly grant: Grant;
  /** `ssh://git@gw.test/hub/NAME`. */
  address(name: string): string;
  /** Every command that came, in its order. */
  readonly execs: readonly Exec[];
  resetAll(): void;
}

export async function gitOnChannels(
  t: Ending,
  right: 'fetch' | 'push',
  name: string,
  options: GitNodeOptions = {},
): Promise<OnChannels> {
  const node = await aGitNode(t, options);
  const { principal } = await node.person();
  const hash = randomBytes(32).toString('hex');
  const shown = 'SHA256:of-a-key';
  const key = aCredential(Date.now(), { id: 'C-KEY', principalId: principal.id, kind: 'ssh', hash, shown });
  await recorded(node.store, await node.store.issueCredential(key, anEvent('credential.issued')));
  const grant = await node.grant(principal, { scope: scopeOf(name, right) });
  const execs: Exec[] = [];
  const { env, resetAll } = await startExecSocket(t, (exec) => {
    execs.push(exec);
    const { channel, socket, closed, gitProtocol } = exec;
    const command = parseExecCommand(exec.command);
    if (command.kind !== 'git') throw new Error(`git ran ${exec.command}`);
    void node.git.serveExec({
      channel,
      closed,
      socket,
      reset: () => socket.destroy(),
      service: command.service,
      repository: command.repository,
      gitProtocol,
      evidence: { kind: 'credential', credentialKind: 'ssh', hash, shown },
      unknownLines: ['sluice: nobody knows that key'],
      origin: { door: 'ssh', address: { address: '127.0.0.1', peer: '127.0.0.1' }, client: 'OpenSSH_9.2p1' },
    });
  });
  return {
    node,
    git: await gitClient(t, { env }),
    env,
    principal,
    grant,
    address: (path) => `ssh://git@gw.test/hub/${path}`,
    execs,
    resetAll,
  };
}
