import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import type { Ending } from '../servers/ending.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy, type Node, type Site } from './nodes.ts';

t.setTimeout(600_000);

/** Resolves with the first entry that fits, once it is in the node's log. */
async function entryOf(
  node: Node,
  fits: (entry: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (;;) {
    const entry = (await node.entries()).find(fits);
    if (entry !== undefined) return entry;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A hook of the host that has applied a push and does not come back: the report waits for the file. */
async function reportWaits(site: Site): Promise<() => Promise<void>> {
  const hook = join(site.repositories, 'app.git/hooks/post-receive');
  const gate = join(site.directory, 'report-may-go');
  await writeFile(hook, `#!/bin/sh\ntouch ${gate}-asked\nwhile [ ! -e ${gate} ]; do sleep 0.05; done\n`);
  await chmod(hook, 0o755);
  return () => writeFile(gate, '');
}

/** A clone of `app` with one commit to push; `bytes` decide whether it is held whole or sealed. */
async function aPusher(t: Ending, site: Site, node: Node, secret: string, bytes: number) {
  const git = await gitClient(t, { caFile: site.caFile });
  await git.must(['clone', '-q', `${site.repositories}/app.git`, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await writeFile(`${inApp.cwd}/new`, randomBytes(bytes));
  await git.must(['add', '.'], inApp);
  await git.must(['commit', '-q', '-m', 'new'], inApp);
  const head = (await git.must(['rev-parse', 'HEAD'], inApp)).trim();
  const refs = (): Promise<string> => git.must(['ls-remote', `${site.repositories}/app.git`]);
  const push = (ref: string) => git.start(['push', node.address(secret, 'app.git'), `HEAD:${ref}`], inApp);
  return { push, refs, head };
}

/** A node with a clone in the middle of its pack, and a push that has passed the gate and whose host has not reported. */
async function aBusyNode(t: Ending, pushedBytes: number) {
  const site = await aSite(t, { slow: 200_000 });
  await makeAppRepository(site.repositories);
  await makeSlowRepository(site.repositories);
  const reportMayGo = await reportWaits(site);
  t.teardown(reportMayGo);
  const node = await site.node('one');
  const secret = await gitCredential(site, node, 'developer');
  await grantedBy(site, node, node, { repository: 'hub/slow', right: 'fetch' });
  await grantedBy(site, node, node, { repository: 'hub/app', right: 'push' });

  const pusher = await aPusher(t, site, node, secret, pushedBytes);
  const push = pusher.push('refs/heads/passed');
  const released = await entryOf(node, ({ type }) => type === 'push.released');
  const git = await gitClient(t, { caFile: site.caFile });
  const clone = git.start(['clone', '--progress', node.address(secret, 'slow.git')]);
  await clone.stderrHas(/Receiving objects/);
  return { site, node, pusher, push, released, clone, reportMayGo };
}

/** Tells a node to end and gives it the time it takes. */
async function stoppedInOrder({ program: { child } }: Node): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

void t.test(
  'a node killed in the middle of a clone and of two pushes: the restarted one ends each, and asks the host about the push that had passed (case K1)',
  async (t) => {
    const { site, node, pusher, push, released, clone } = await aBusyNode(t, 3_000_000);
    while (!(await pusher.refs()).includes('refs/heads/passed'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const cloning = await entryOf(
      node,
      (entry) => entry.type === 'operation.started' && entry.repository === 'hub/slow',
    );

    await node.program.stop('SIGKILL');
    t.not((await clone.finished).code, 0);
    t.not((await push.finished).code, 0);

    const again = await site.node('one');
    const ended = await entryOf(
      again,
      (entry) => entry.type === 'operation.ended' && entry.operationId === cloning.operationId,
    );
    t.match(ended, { outcome: 'interrupted', repository: 'hub/slow', right: 'fetch' });
    const settled = await entryOf(
      again,
      (entry) => entry.type === 'push.settled' && entry.operationId === released.operationId,
    );
    t.match(settled, {
      learnedBy: 'inquiry',
      updates: [{ ref: 'refs/heads/passed', newId: pusher.head, outcome: 'applied' }],
    });
    await entryOf(
      again,
      (entry) => entry.type === 'operation.ended' && entry.operationId === released.operationId,
    );
    t.strictSame(
      (await again.api(await site.provider.idToken('admin'), 'GET', 'operations?live=true')).status,
      200,
    );
    await stoppedInOrder(again);
    const { chains, faults } = await verify([again.auditDirectory]);
    t.strictSame(faults, []);
    t.strictSame(
      chains.map(({ openOperations }) => openOperations),
      [[]],
    );
  },
);

void t.test(
  'SIGTERM: nothing new begins, what passed the gate gets its report, the rest is cut with its reason',
  async (t) => {
    const { node, push, clone, reportMayGo } = await aBusyNode(t, 300);

    const stopping = stoppedInOrder(node);
    await reportMayGo();
    t.match(await push.finished, { code: 0 });
    const cut = await clone.finished;
    t.equal(cut.code, 128);
    t.match(
      cut.stderr,
      'remote: sluice: this gateway is restarting; nothing was changed; run the same command again',
    );
    await stopping;
    const ends = (await node.entries()).filter(({ type }) => type === 'operation.ended');
    t.match(
      ends.map(({ repository, outcome, reason }) => ({ repository, outcome, reason })),
      [
        { repository: 'hub/app', outcome: 'completed' },
        { repository: 'hub/slow', outcome: 'cut', reason: 'stopping' },
      ],
    );
    t.equal((await node.entries()).at(-2)?.type, 'node.stopped');
  },
);
