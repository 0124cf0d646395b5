/** A git that is killed in the middle of a clone: what the gateway makes of it. */
import type { Test } from 'tap';
import type { Running } from '../servers/git.ts';
import type { GitNode } from './git-node.ts';

/** Kills a running clone with all it started; the node has its end on record within two seconds, as left by the client. */
export async function killInMidClone(t: Test, node: Pick<GitNode, 'entries'>, clone: Running): Promise<void> {
  const { pid } = clone.child;
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  await clone.finished;
  const killed = Date.now();
  t.match(
    (await node.entries()).filter(({ type }) => type === 'operation.ended'),
    [{ outcome: 'client-left' }],
  );
  t.ok(Date.now() - killed < 2_000);
}
