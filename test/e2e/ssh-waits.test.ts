import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { verify } from '../../gateway/audit/verify.ts';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import type { SshClient } from '../servers/ssh.ts';
import { aSite, deafWay, type Node } from './nodes.ts';
import { registeredKey, sshAt, sshDoorSection } from './ssh-people.ts';

t.setTimeout(600_000);

void t.test(
  'a clone waits at one node, is approved at another, and goes on; also at a node that hears nothing of it',
  async (t) => {
    const site = await aSite(
      t,
      {},
      {
        more: sshDoorSection,
      },
    );
    await makeAppRepository(site.repositories);
    await cp(join(site.repositories, 'app.git'), join(site.repositories, 'again.git'), { recursive: true });
    const one = await site.node('one');
    const two = await site.node('two');
    const deaf = await site.node('deaf', { redisPort: await deafWay(t, site.redis.port) });
    const keyOf = (account: AccountName): Promise<string> => registeredKey(site, one, account);
    const [developer, approver] = [await keyOf('developer'), await keyOf('approver')];
    const at = (node: Node, key: string): Promise<SshClient> => sshAt(t, site, node, key);
    const answering = await at(two, approver);
    /** The one request that waits, as the approver sees it at the other node. */
    const waiting = async (): Promise<string> => {
      for (;;) {
        const { requests } = JSON.parse((await answering.run('requests --json')).stdout) as {
          requests: readonly { readonly id: string }[];
        };
        if (requests[0] !== undefined) return requests[0].id;
      }
    };

    for (const [node, repository] of [
      [one, 'app'],
      [deaf, 'again'],
    ] as const) {
      const client = await at(node, developer);
      const git = await gitClient(t, {
        env: {
          GIT_SSH_COMMAND: ['ssh', '-o', '"SetEnv=SLUICE_WAIT=1 SLUICE_REASON=fix"', ...client.options].join(
            ' ',
          ),
        },
      });
      const clone = git.start([
        'clone',
        '-q',
        `ssh://git@127.0.0.1:${node.sshPort}/hub/${repository}.git`,
        'clone',
      ]);
      const id = await waiting();
      const approved = await answering.run(`approve ${id}`);
      t.equal(approved.code, 0, approved.stderr);
      const { code, stderr } = await clone.finished;
      t.equal(code, 0, stderr);
      t.match(stderr, new RegExp(`${id}: approved by Ana Approver at`));
    }

    // The same with the command that asks, denied elsewhere.
    const asking = (await at(one, developer)).run('request hub/other fetch --for 1h --reason a fix --wait');
    t.equal((await answering.run(`deny ${await waiting()} --reason not now`)).code, 0);
    t.match(await asking, { code: 4, stdout: /denied by Ana Approver/ });

    for (const node of [one, two, deaf]) await node.program.stop('SIGTERM');
    const directories = [one, two, deaf].map(({ auditDirectory }) => auditDirectory);
    t.strictSame((await verify(directories)).faults, []);
    const entries = (await Promise.all([one, two, deaf].map((node) => node.entries()))).flat();
    const of = (type: string) => entries.filter((entry) => entry.type === type);
    t.equal(of('request.created').length, 3);
    t.ok(of('operation.started').every(({ requestId }) => typeof requestId === 'string'));
    t.ok(of('request.answered').every(({ door }) => door === 'ssh'));
  },
);
