import { randomBytes } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startGitHost } from '../../gateway/demo/git-host.ts';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { root } from '../servers/clone.ts';
import { gitClient } from '../servers/git.ts';
import { startSshGitHost } from '../servers/ssh-git-host.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { gitSsh } from '../ssh/ways.ts';
import { bigPacks } from './big-packs.ts';
import { aSite, grantedBy } from './nodes.ts';
import { registeredKey, sshAt, sshDoorSection } from './ssh-people.ts';

// All that the runner gives it.
t.setTimeout(Number(process.env.TAP_TIMEOUT ?? 900) * 1_000);

/** `SLUICE_PACK_MIB=300 SLUICE_LS_REMOTES=1000 SLUICE_SLOW_CLONES=100 npm test -- test/e2e/over-ssh.test.ts` tries harder. */
const packMebibytes = Number(process.env.SLUICE_PACK_MIB ?? 100);
const lsRemotes = Number(process.env.SLUICE_LS_REMOTES ?? 25);
const slowClones = Number(process.env.SLUICE_SLOW_CLONES ?? 8);
const slowBytesPerSecond = 1_000_000;

const behindHttp = await temporaryDirectory(t);
const http = await startGitHost({ directory: behindHttp });
t.teardown(() => http.close());
const sshd = await startSshGitHost(t);
const site = await aSite(
  t,
  {},
  {
    upstream: `{ kind: generic, url: "${http.url}", allowPlainHttp: true }, forge: { kind: generic, ${sshd.section} }`,
    more: sshDoorSection,
  },
);
const node = await site.node('one');
const key = await registeredKey(site, node, 'developer');
const ssh = await sshAt(t, site, node, key);
const address = (repository: string): string => `ssh://git@127.0.0.1:${node.sshPort}/${repository}.git`;

for (const [what, upstream, repositories] of [
  ['through the bridge to git http-backend', 'hub', behindHttp],
  ['to a host behind sshd', 'forge', sshd.directory],
] as const) {
  void t.test(
    `${what}: packs of 2.5 MB and ${packMebibytes} MiB go up and come down in bounded memory`,
    async (t) => {
      const git = await gitClient(t, { env: gitSsh(ssh) });
      const bare = join(repositories, 'big.git');
      await git.must(['init', '-q', '--bare', '-b', 'main', bare]);
      // The host's search for deltas between incompressible files takes longer than all that is looked at here.
      await git.must(['-C', bare, 'config', 'core.bigFileThreshold', '1m']);
      await grantedBy(site, node, node, { repository: `${upstream}/big`, right: 'push' });
      await bigPacks(t, node.program.child.pid ?? 0, git, address(`${upstream}/big`), packMebibytes);
    },
  );

  void t.test(`${what}: ${lsRemotes} times ls-remote in a row do not fail once`, async (t) => {
    await makeAppRepository(repositories);
    await grantedBy(site, node, node, { repository: `${upstream}/app`, right: 'fetch' });
    const git = await gitClient(t, { env: gitSsh(ssh) });
    const listed = await git.must(['ls-remote', join(repositories, 'app.git')]);
    for (let count = 0; count < lsRemotes; count += 1) {
      const again = await git.must(['ls-remote', address(`${upstream}/app`)]);
      if (again !== listed) t.equal(again, listed, `number ${count}`);
    }
  });

  void t.test(`${what}: ${slowClones} clones at once that read slowly have all of it`, async (t) => {
    const made = await gitClient(t);
    await made.must(['init', '-q', '-b', 'main', 'work']);
    // More than the client's window of 2 MB, and what a channel and its socket hold behind it.
    await writeFile(`${made.directory}/work/random`, randomBytes(5_000_000));
    await made.must(['-C', 'work', 'add', '.']);
    await made.must(['-C', 'work', 'commit', '-q', '-m', 'random']);
    await made.must(['clone', '-q', '--bare', 'work', 'slow.git']);
    await cp(`${made.directory}/slow.git`, join(repositories, 'slow.git'), { recursive: true });
    await grantedBy(site, node, node, { repository: `${upstream}/slow`, right: 'fetch' });
    const script = join(made.directory, 'slow-ssh');
    const slowly = `python3 '${root}/test/servers/slow-stdout.py' ${slowBytesPerSecond}`;
    await writeFile(
      script,
      `#!/bin/bash\nset -o pipefail\n${gitSsh(ssh).GIT_SSH_COMMAND} "$@" | ${slowly}\n`,
      { mode: 0o755 },
    );
    const git = await gitClient(t, { env: { GIT_SSH: script, GIT_SSH_VARIANT: 'ssh' } });
    const clones = await Promise.all(
      Array.from({ length: slowClones }, (_, at) =>
        git.run(['clone', '-q', '--bare', address(`${upstream}/slow`), `${at}.git`]),
      ),
    );
    for (const { code, stderr } of clones) t.equal(code, 0, stderr);
  });
}
