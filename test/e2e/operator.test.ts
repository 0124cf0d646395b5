import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { makeSlowRepository } from '../../gateway/demo/sample-repository.ts';
import { sluice } from '../commands/client/operator.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy } from './nodes.ts';

t.setTimeout(600_000);

void t.test(
  'an operator’s shell cuts, locks and revokes running clones, and prints what git shows',
  async (t) => {
    const site = await aSite(t, { slow: 200_000 });
    await makeSlowRepository(site.repositories);
    const node = await site.node('far');
    const secret = await gitCredential(site, node, 'developer');
    const { body: issued } = await node.api(await site.provider.idToken('admin'), 'POST', 'credentials', {
      kind: 'api',
      name: 'shell',
      expiresIn: '1h',
      scopes: ['read', 'approve'],
    });
    const tokenFile = join(site.directory, 'operator.token');
    await writeFile(tokenFile, `${String(issued.secret)}\n`, { mode: 0o600 });
    const url = { SLUICE_URL: `https://localhost:${node.httpsPort}` };
    const operator = (...args: readonly string[]) =>
      sluice(url, ...args, '--token-file', tokenFile, '--ca', site.caFile);

    const untrusting = await sluice(url, 'locks', '--token-file', tokenFile);
    t.equal(untrusting.code, 69);
    t.match(
      untrusting.err,
      'have --ca or NODE_EXTRA_CA_CERTS name the authority that signed the certificate',
    );

    const grant = await grantedBy(site, node, node, { repository: 'hub/slow', right: 'fetch' });
    const cloning = async () => {
      const git = await gitClient(t, { caFile: site.caFile });
      const clone = git.start(['clone', '--progress', node.address(secret, 'slow.git')]);
      await clone.stderrHas(/Receiving objects/);
      return clone;
    };
    const reason = ['--reason', 'laptop lost'] as const;

    const first = await cloning();
    const running = await operator('operations');
    t.match(running, { code: 0, err: '' });
    const [, id = '', principal = ''] =
      /\n(O-\w+) +moving +fetch +hub\/slow +(P-\w+) /.exec(running.out) ?? [];
    t.not(id, '', running.out);
    const cut = await operator('cut', id, ...reason);
    t.match(cut, { code: 0, err: '' });
    t.match(
      cut.out,
      new RegExp(
        `^operation ${id}: fetch of hub/slow by ${principal} .*, on node \\S+\\ncut 1 running fetch\\n  cut  ${id}  fetch  hub/slow  ${principal} .*  node \\S+\\n$`,
      ),
    );
    t.match(
      (await first.finished).stderr,
      /remote: sluice: this transfer of hub\/slow was cut by .*: "laptop lost"/,
    );

    const second = await cloning();
    const locked = await operator('lock', principal, ...reason);
    t.match(locked, { code: 0, err: '' });
    const [, lockId = ''] =
      /^lock (L-\w+) on principal P-.* stands until lifted: fetch and push\ncut 1 running fetch\n {2}cut {2}O-\w+ {2}fetch {2}hub\/slow {2}P-.*\n$/.exec(
        locked.out,
      ) ?? [];
    t.not(lockId, '', locked.out);
    t.match((await second.finished).stderr, /is locked: "laptop lost"/);
    t.match(await operator('lift', lockId, ...reason), { code: 0, err: '' });

    const third = await cloning();
    const revoked = await operator('revoke', grant, ...reason);
    t.match(revoked, { code: 0, err: '' });
    t.match(revoked.out, `grant ${grant} is revoked: fetch of hub/slow by ${principal} `);
    t.match(revoked.out, '\ncut 1 running fetch\n');
    t.match((await third.finished).stderr, new RegExp(`grant ${grant} was revoked by .*: "laptop lost"`));
    t.strictSame(await operator('revoke', grant, ...reason), revoked, 'said again, it answers as it did');
    const again = await operator('revoke', grant, '--reason', 'another');
    t.match(again, { code: 1, out: '', err: /^sluice: grant G-\w+ had ended already, at / });
  },
);
