import { cp } from 'node:fs/promises';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential } from './nodes.ts';

t.setTimeout(600_000);

void t.test(
  'twenty first commands of one moment, on two nodes, under a rule that approves by itself: all succeed, on one grant',
  async (t) => {
    const site = await aSite(t);
    await makeAppRepository(site.repositories);
    await cp(`${site.repositories}/app.git`, `${site.repositories}/open.git`, { recursive: true });
    const nodes = await Promise.all([site.node('one'), site.node('two')]);
    const secret = await gitCredential(site, nodes[0], 'developer');
    const git = await gitClient(t, { caFile: site.caFile });

    const jobs = Array.from({ length: 20 }, (_, job) => {
      const address = nodes[job % 2 === 0 ? 0 : 1].address(secret, 'open.git');
      return git.run(job < 4 ? ['clone', '-q', address, `job-${job}`] : ['ls-remote', address]);
    });
    const failed = (await Promise.all(jobs)).filter(({ code }) => code !== 0);
    t.strictSame(
      failed.map(({ stderr }) => stderr),
      [],
    );

    for (const node of nodes) await node.program.stop('SIGTERM');
    const entries = (await Promise.all(nodes.map((node) => node.entries()))).flat();
    const count = (type: string) => entries.filter((entry) => entry.type === type).length;
    t.equal(count('grant.issued'), 1);
    // A command that starts a moment later may be taken for another connection of the one that is open.
    t.ok(count('operation.started') >= 2);
    t.equal(count('operation.ended'), count('operation.started'));
    t.equal(count('operation.refused'), 0);
    t.strictSame((await verify(nodes.map(({ auditDirectory }) => auditDirectory))).faults, []);
  },
);
