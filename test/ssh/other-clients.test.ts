import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { otherClients } from '../e2e/clients.ts';
import { scopeOf } from '../https/git-node.ts';
import { moved } from '../https/moved.ts';
import { copySlowRepository } from './slow-repository.ts';
import { gitSsh, overBridge } from './ways.ts';

t.setTimeout(300_000);

for (const [name, isThere, make] of otherClients)
  void t.test(
    `${name} over SSH shows why it is refused and cut, clones and pushes`,
    { skip: isThere ? false : 'it is not installed' },
    async (t) => {
      const { node, principal, grant, git, ssh, key, repositories, address, faults } = await overBridge.reach(
        t,
        'push',
        'app',
        { slowBytesPerSecond: 1_500_000 },
      );
      await makeAppRepository(repositories);
      const { GIT_SSH_COMMAND } = gitSsh(ssh);
      const script = join(ssh.directory, 'ssh');
      await writeFile(script, `#!/bin/sh\nexec ${GIT_SSH_COMMAND} "$@"\n`, { mode: 0o755 });
      const client = await make(t, { env: { GIT_SSH: script, SSH_KEY: key } });
      const head = async (ref: string): Promise<string> =>
        (await git.run(['-C', `${repositories}/app.git`, 'rev-parse', '--verify', '-q', ref])).stdout.trim();

      for (const [ref, bytes] of [
        ['refs/heads/small', 1_000],
        ['refs/heads/large', 3_000_000],
      ] as const) {
        const { code, said } = await client(address('app'), [ref, bytes]);
        t.equal(code, 0, said);
        t.match(await head(ref), /^[0-9a-f]{40}$/, `${ref} is there`);
      }

      await node.revoke(grant.id, 'laptop lost');
      const refused = await client(address('app'));
      t.not(refused.code, 0);
      t.match(refused.said, `sluice: grant ${grant.id} was revoked`);
      t.match(refused.said, '/ask/hub/app?right=fetch');

      const fenced = await node.grant(principal, { scope: scopeOf('app', 'push', ['refs/heads/fix/**']) });
      t.match((await client(address('app'), ['refs/heads/out', 1_000])).said, `outside ${fenced.id}`);
      t.equal(await head('refs/heads/out'), '');

      await copySlowRepository(repositories);
      const cut = await node.grant(principal, { scope: scopeOf('slow', 'fetch') });
      const clone = client(address('slow'));
      await moved(node, 'bytesDown', 3_000_000);
      await node.revoke(cut.id, 'laptop lost');
      const { code, said } = await clone;
      t.not(code, 0);
      t.match(said, new RegExp(`sluice: grant ${cut.id} was revoked|access has ended`));
      t.strictSame(faults(), []);
    },
  );
