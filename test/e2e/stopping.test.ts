import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient, type Running } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy, type Node, type Site } from './nodes.ts';

t.setTimeout(600_000);

interface Told {
  readonly summary: string;
  readonly cut: readonly { id: string; node: string }[];
  readonly passedBefore: readonly { id: string; refs: readonly string[] }[];
  readonly ended: readonly object[];
  readonly unconfirmed: readonly { id: string; node: string; endsBy: number; nodeSeenAt: number }[];
}

/** Two nodes, a repository served slowly, and what an admin does through the first of them. */
async function twoNodes(t: Test) {
  const site = await aSite(t, { slow: 400_000 });
  await makeSlowRepository(site.repositories);
  await makeAppRepository(site.repositories);
  const [near, far] = [await site.node('near'), await site.node('far')];
  const token = () => site.provider.idToken('admin');
  return {
    site,
    near,
    far,
    /** Makes a call through the near node; with how long its answer took. */
    async admin(path: string, body: object) {
      const bearer = await token();
      const started = performance.now();
      const answer = await near.api(bearer, 'POST', path, body);
      if (answer.status >= 300) throw new Error(JSON.stringify(answer));
      const running = answer.body.running as unknown as Told;
      return { running, body: answer.body, tookMs: performance.now() - started };
    },
    async operations() {
      const { body } = await near.api(await token(), 'GET', 'operations?live=true');
      return body.operations as unknown as readonly {
        id: string;
        node: string;
        state: string;
        right: string;
      }[];
    },
  };
}

/** A clone through a node, once its pack moves. */
async function cloning(t: Test, site: Site, node: Node, secret: string): Promise<Running> {
  const git = await gitClient(t, { caFile: site.caFile });
  const clone = git.start(['clone', '--progress', node.address(secret, 'slow.git')]);
  await clone.stderrHas(/Receiving objects/);
  return clone;
}

void t.test('what runs on another node is told as cut within a second, and git shows why', async (t) => {
  const { site, near, far, admin, operations } = await twoNodes(t);
  const secret = await gitCredential(site, near, 'developer');
  const grant = () => grantedBy(site, near, near, { repository: 'hub/slow', right: 'fetch' });
  const running = async (): Promise<string> => {
    const moving = (await operations()).filter(({ state }) => state === 'moving');
    t.equal(moving.length, 1);
    return moving[0]?.id ?? '';
  };
  const first = await grant();
  const stops = {
    revoked: {
      path: () => `grants/${first}/revoke`,
      says: `grant ${first} was revoked by .*: "laptop lost"`,
    },
    cut: {
      path: (id: string) => `operations/${id}/cut`,
      says: 'this transfer of hub/slow was cut by .*: "laptop lost"',
    },
    locked: { path: () => 'locks', says: 'is locked: "laptop lost"' },
  };
  for (const [how, { path, says }] of Object.entries(stops)) {
    if (how === 'cut') await grant();
    const clone = await cloning(t, site, far, secret);
    const id = await running();
    const everything = how === 'locked' ? { everything: true } : {};
    const { running: told, tookMs } = await admin(path(id), { ...everything, reason: 'laptop lost' });
    t.match(told, { summary: 'cut 1 running fetch', cut: [{ id }], passedBefore: [], unconfirmed: [] }, how);
    t.ok(tookMs < 1_000, `${how}: answered after ${Math.round(tookMs)} ms`);
    const { code, stderr } = await clone.finished;
    t.equal(code, 128);
    t.match(stderr, new RegExp(`remote: sluice: .*${says}`), how);
  }
});

void t.test('a push that had passed is told with its ref, and is applied', async (t) => {
  const { site, near, far, admin } = await twoNodes(t);
  const secret = await gitCredential(site, near, 'developer');
  const grant = await grantedBy(site, near, near, { repository: 'hub/app', right: 'push' });
  const [began, goOn] = [join(site.directory, 'began'), join(site.directory, 'go-on')];
  const hook = `#!/bin/sh\n: > '${began}'\nuntil [ -e '${goOn}' ]; do sleep 0.05; done\n`;
  await writeFile(join(site.repositories, 'app.git/hooks/pre-receive'), hook, { mode: 0o755 });
  const git = await gitClient(t, { caFile: site.caFile });
  const address = far.address(secret, 'app.git');
  await git.must(['clone', '-q', address, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['commit', '-q', '--allow-empty', '-m', 'one'], inApp);
  const push = git.start(['push', address, 'HEAD:refs/heads/late'], inApp);
  while (!existsSync(began)) await new Promise((resolve) => setTimeout(resolve, 20));

  const { running, tookMs } = await admin(`grants/${grant}/revoke`, { reason: 'laptop lost' });
  t.match(running, {
    summary: '1 push had passed before you: refs/heads/late of hub/app',
    cut: [],
    passedBefore: [{ refs: ['refs/heads/late'] }],
    unconfirmed: [],
  });
  t.ok(tookMs < 1_500, `there is nothing to confirm: ${Math.round(tookMs)} ms`);
  await writeFile(goOn, '');
  t.match(await push.finished, { code: 0, stderr: /HEAD -> late/ });
  t.match(await git.must(['ls-remote', `${site.repositories}/app.git`]), 'refs/heads/late');
});

void t.test('a node that stands still is named as unconfirmed', async (t) => {
  const { site, near, far, admin, operations } = await twoNodes(t);
  const secret = await gitCredential(site, near, 'developer');
  const grant = await grantedBy(site, near, near, { repository: 'hub/slow', right: 'fetch' });
  const clone = await cloning(t, site, far, secret);
  const [{ id = '', node = '' } = {}] = await operations();
  const group = -(far.program.child.pid ?? Number.NaN);
  process.kill(group, 'SIGSTOP');
  try {
    const { running, tookMs } = await admin(`grants/${grant}/revoke`, { reason: 'laptop lost' });
    t.match(running, { cut: [], passedBefore: [], ended: [], unconfirmed: [{ id, node }] });
    t.match(running.summary, `not confirmed for 1 fetch on node ${node}, last seen at `);
    const [silent] = running.unconfirmed;
    const graceMs = (silent?.endsBy ?? 0) - (silent?.nodeSeenAt ?? 0);
    t.ok(graceMs >= 60_000 && graceMs <= 63_000, `the store’s grace: ${graceMs} ms`);
    t.ok(tookMs < 2_700, `answered after ${Math.round(tookMs)} ms`);
  } finally {
    process.kill(group, 'SIGCONT');
  }
  t.match((await clone.finished).stderr, `grant ${grant} was revoked`);
});

void t.test('nothing running is said, and locks let through whom and what they do not cover', async (t) => {
  const { site, near, far, admin } = await twoNodes(t);
  const secret = await gitCredential(site, near, 'developer');
  await grantedBy(site, near, near, { repository: 'hub/app', right: 'push' });
  const me = await near.api(await site.provider.idToken('developer'), 'GET', 'me');
  const { id } = me.body.principal as unknown as { id: string };
  const git = await gitClient(t, { caFile: site.caFile });
  const address = far.address(secret, 'app.git');
  await git.must(['clone', '-q', address, 'app']);
  const inApp = { cwd: `${git.directory}/app` };
  await git.must(['commit', '-q', '--allow-empty', '-m', 'one'], inApp);
  const lock = async (more: object) => {
    const { body, running } = await admin('locks', { everything: true, reason: 'release freeze', ...more });
    t.equal(running.summary, 'nothing was running');
    return (body.lock as unknown as { id: string }).id;
  };
  const lift = (lockId: string) => admin(`locks/${lockId}/lift`, { reason: 'shipped' });

  const push = await lock({ right: 'push' });
  await git.must(['ls-remote', address]);
  t.match(await git.run(['push', address, 'HEAD:refs/heads/x'], inApp), {
    code: 128,
    stderr: /sluice: .* is locked: "release freeze"/,
  });
  await lift(push);
  const others = await lock({ except: [id] });
  await git.must(['push', '-q', address, 'HEAD:refs/heads/x'], inApp);
  await lift(others);
  const short = await lock({ until: '2s' });
  t.match(await git.run(['ls-remote', address]), { code: 128, stderr: /is locked/ });
  for (let tries = 0; tries < 100; tries += 1) if ((await git.run(['ls-remote', address])).code === 0) break;
  await git.must(['push', '-q', address, 'HEAD:refs/heads/y'], inApp);
  await t.rejects(lift(short), /not-found/, 'it ended by itself');
});
