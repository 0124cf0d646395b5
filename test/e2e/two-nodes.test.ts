import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeAppRepository, makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { startBalancer } from '../servers/balancer.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, deafWay, gitCredential, grantedBy, type Node, type Site } from './nodes.ts';

t.setTimeout(600_000);

/** Starts a slow clone on a node, revokes on another once its pack moves; what git printed, and how long it took to end. */
async function revokedWhileCloning(
  t: Parameters<typeof gitClient>[0],
  site: Site,
  cloned: Node,
  revoked: Node,
) {
  const secret = await gitCredential(site, revoked, 'developer');
  const grant = await grantedBy(site, revoked, revoked, { repository: 'hub/slow', right: 'fetch' });
  const git = await gitClient(t, { caFile: site.caFile });
  const clone = git.start(['clone', '--progress', cloned.address(secret, 'slow.git')]);
  await clone.stderrHas(/Receiving objects/);
  const before = performance.now();
  const answer = await revoked.api(
    await site.provider.idToken('approver'),
    'POST',
    `grants/${grant}/revoke`,
    { reason: 'laptop lost' },
  );
  const { code, stderr } = await clone.finished;
  return { grant, code, stderr, answer, tookMs: performance.now() - before };
}

void t.test(
  'two nodes behind a balancer: approved on one, cloned through both, revoked on one, cut on the other',
  async (t) => {
    const site = await aSite(t, { slow: 400_000 });
    await makeAppRepository(site.repositories);
    await makeSlowRepository(site.repositories);
    const [one, two] = [await site.node('one'), await site.node('two', { clockAheadMs: 300_000 })];
    const balancer = await startBalancer(t, [one.httpsPort, two.httpsPort]);
    const git = await gitClient(t, { caFile: site.caFile });
    const secret = await gitCredential(site, one, 'developer');
    const balanced = `https://git:${secret}@localhost:${balancer.port}/hub/app.git`;

    const refused = await git.run(['clone', balanced, 'none']);
    t.match(refused.stderr, 'remote error: sluice: no live grant to fetch hub/app');
    await grantedBy(site, one, one, { repository: 'hub/app', right: 'fetch' });
    for (const name of ['a', 'b', 'c', 'd']) await git.must(['clone', balanced, name]);
    t.ok(
      balancer.counts.every((count) => count > 1),
      `connections went ${balancer.counts.join(' and ')}`,
    );

    const ahead = await revokedWhileCloning(t, site, two, one);
    t.equal(ahead.code, 128);
    t.match(
      ahead.stderr,
      new RegExp(
        `remote: sluice: grant ${ahead.grant} was revoked by Ana Approver at \\d\\d:\\d\\d UTC: "laptop lost"`,
      ),
    );
    t.ok(
      ahead.tookMs < 2_000,
      `git was gone ${Math.round(ahead.tookMs)} ms after the revocation on the other node`,
    );

    // The node whose clock is five minutes ahead cuts an end in time, neither five minutes early nor late.
    const short = await grantedBy(site, one, two, { repository: 'hub/slow', right: 'fetch' }, '4s');
    const started = performance.now();
    const clone = await git.run(['clone', two.address(secret, 'slow.git'), 'short']);
    const took = performance.now() - started;
    t.match(clone.stderr, new RegExp(`remote: sluice: grant ${short} ended at `));
    t.ok(took > 3_000 && took < 6_000, `a grant of 4 s was cut after ${Math.round(took)} ms`);

    for (const node of [one, two]) await node.program.stop('SIGTERM');
    const { chains, faults } = await verify([one.auditDirectory, two.auditDirectory]);
    t.strictSame(faults, []);
    t.equal(chains.length, 2);
    t.ok(
      chains.every(({ openOperations }) => openOperations.length === 0),
      'every operation has its end',
    );
  },
);

void t.test('with the store’s messages lost, the re-read alone cuts', async (t) => {
  const site = await aSite(t, { slow: 400_000 });
  await makeSlowRepository(site.repositories);
  const one = await site.node('one');
  const deaf = await site.node('deaf', { redisPort: await deafWay(t, site.redis.port) });

  const { code, stderr, tookMs } = await revokedWhileCloning(t, site, deaf, one);
  t.equal(code, 128);
  t.match(stderr, /remote: sluice: grant G-[0-9A-Z]+ was revoked by Ana Approver/);
  t.ok(tookMs < 2_500, `git was gone ${Math.round(tookMs)} ms after`);
});

void t.test(
  'the store away: new operations are refused with a sentence, and no credential is lost',
  async (t) => {
    const site = await aSite(t);
    await makeAppRepository(site.repositories);
    const node = await site.node('one');
    const secret = await gitCredential(site, node, 'developer');
    await grantedBy(site, node, node, { repository: 'hub/app', right: 'fetch' });
    const git = await gitClient(t, { caFile: site.caFile });
    const gone = new Promise((resolve) => site.redis.process.once('close', resolve));
    site.redis.process.kill('SIGKILL');
    await gone;

    const { code, stderr } = await git.run(['clone', node.address(secret, 'app.git'), 'away']);
    t.equal(code, 128);
    t.match(
      stderr,
      'remote error: sluice: the grant store cannot be reached; nothing was changed; try again in a minute',
    );
    await site.redis.restart();
    for (let tries = 0; tries < 200; tries += 1)
      if ((await git.run(['ls-remote', node.address(secret, 'app.git')])).code === 0) break;
    await git.must(['clone', node.address(secret, 'app.git'), 'back']);
  },
);

void t.test(
  'a rule that approves by itself issues a grant with an end, once for many commands',
  async (t) => {
    const site = await aSite(t);
    await makeAppRepository(site.repositories);
    const { cp } = await import('node:fs/promises');
    await cp(`${site.repositories}/app.git`, `${site.repositories}/open.git`, { recursive: true });
    const node = await site.node('one');
    const secret = await gitCredential(site, node, 'developer');
    const git = await gitClient(t, { caFile: site.caFile });

    for (const name of ['a', 'b', 'c']) await git.must(['clone', node.address(secret, 'open.git'), name]);
    await node.program.stop('SIGTERM');
    const entries = await node.entries();
    t.equal(entries.filter(({ type }) => type === 'grant.issued').length, 1);
    t.equal(entries.filter(({ type }) => type === 'operation.started').length, 3);
    const at = (type: string) => entries.findIndex((entry) => entry.type === type);
    t.ok(at('grant.issued') < at('operation.started'), 'the grant is on record before the operation');
  },
);

void t.test('50,000 other keys with a TTL do not delay the end of a grant (case I1)', async (t) => {
  const site = await aSite(t, { slow: 400_000 });
  await makeSlowRepository(site.repositories);
  const node = await site.node('one');
  const secret = await gitCredential(site, node, 'developer');
  const fill = "for i = 1, 50000 do redis.call('SET', 'other:' .. i, i, 'EX', 3600) end return 1";
  await site.redis.admin('EVAL', fill, '0');
  const git = await gitClient(t, { caFile: site.caFile });

  const grant = await grantedBy(site, node, node, { repository: 'hub/slow', right: 'fetch' }, '3s');
  const started = Date.now();
  const { code, stderr } = await git.run(['clone', node.address(secret, 'slow.git')]);
  t.equal(code, 128);
  t.match(stderr, new RegExp(`remote: sluice: grant ${grant} ended at `));
  t.ok(Date.now() - started < 4_000, `gone after ${Date.now() - started} ms of a grant of 3 s`);
});
