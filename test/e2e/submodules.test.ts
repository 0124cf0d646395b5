import { cp, writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aSite, gitCredential, grantedBy } from './nodes.ts';

t.setTimeout(600_000);

const site = await aSite(t);
const node = await site.node('one');
const secret = await gitCredential(site, node, 'developer');
await makeAppRepository(site.repositories);
const git = await gitClient(t, { caFile: site.caFile, env: { GIT_ALLOW_PROTOCOL: 'https:file' } });

/** Makes a repository whose submodule `part` has the address given, and grants the repository itself. */
async function withSubmodule(name: string, address: string): Promise<void> {
  const bare = `${site.repositories}/${name}.git`;
  await cp(`${site.repositories}/app.git`, bare, { recursive: true });
  await git.must(['clone', '-q', bare, name]);
  const inside = { cwd: `${git.directory}/${name}` };
  await git.must(['submodule', '--quiet', 'add', `${site.repositories}/app.git`, 'part'], inside);
  await git.must(['config', '-f', '.gitmodules', 'submodule.part.url', address], inside);
  await git.must(['commit', '-qam', 'with a submodule'], inside);
  await git.must(['push', '-q', 'origin', 'HEAD'], inside);
  await grantedBy(site, node, node, { repository: `hub/${name}`, right: 'fetch' });
}

let clones = 0;
const recursively = (name: string) => {
  clones += 1;
  return git.run(['clone', '--recurse-submodules', node.address(secret, `${name}.git`), `clone${clones}`]);
};

const inside: readonly (readonly [address: string, repository: string])[] = [
  ['../lib.git', 'hub/lib'],
  ['../../hub/lib2.git', 'hub/lib2'],
  ['../group/lib3', 'hub/group/lib3'],
];
for (const [index, [address, repository]] of inside.entries())
  void t.test(
    `a submodule at ${address}: the refusal names it and how to ask, and with both grants it is cloned (case F1)`,
    async (t) => {
      const parent = `parent${index}`;
      const path = repository.slice('hub/'.length);
      await cp(`${site.repositories}/app.git`, `${site.repositories}/${path}.git`, { recursive: true });
      await withSubmodule(parent, address);
      const refused = await recursively(parent);
      t.not(refused.code, 0);
      t.match(refused.stderr, `remote error: sluice: no live grant to fetch ${repository}`);
      t.match(refused.stderr, `/ask/${repository}?right=fetch`);

      await grantedBy(site, node, node, { repository, right: 'fetch' });
      const both = await recursively(parent);
      t.equal(both.code, 0, both.stderr);
    },
  );

for (const [index, address] of [
  '../../../../x',
  '../../../../../etc/passwd',
  '../..',
  '../../%2e%2e/x',
].entries())
  void t.test(`a submodule at ${address} leads nowhere but to a no of the gateway (case F1)`, async (t) => {
    const parent = `dotted${index}`;
    await withSubmodule(parent, address);
    const { code, stderr } = await recursively(parent);
    t.not(code, 0);
    t.notMatch(stderr, /root:|internal|EISDIR|ENOENT/);
  });

void t.test(
  'a command that fetches blob by blob meets no limit, and its fetches can be told as one person’s on one machine (case F3)',
  async (t) => {
    const bare = `${site.repositories}/lazy.git`;
    await cp(`${site.repositories}/app.git`, bare, { recursive: true });
    await git.must(['-C', bare, 'config', 'uploadpack.allowFilter', 'true']);
    await git.must(['clone', '-q', bare, 'many']);
    const inMany = { cwd: `${git.directory}/many` };
    for (let i = 0; i < 15; i += 1) {
      await writeFile(`${inMany.cwd}/file`, `line ${i}\n`);
      await git.must(['add', '.'], inMany);
      await git.must(['commit', '-q', '-m', `c${i}`], inMany);
    }
    await git.must(['push', '-q', 'origin', 'HEAD'], inMany);
    await grantedBy(site, node, node, { repository: 'hub/lazy', right: 'fetch' });
    await git.must([
      ...['clone', '-q', '--filter=blob:none', '--no-checkout', node.address(secret, 'lazy.git'), 'lazy'],
    ]);
    const { stderr } = await git.run(['-C', 'lazy', 'log', '-p', '--all'], { env: { GIT_TRACE: '1' } });
    const fetches = [...stderr.matchAll(/run_command: .*fetch/g)].length;
    await node.program.stop('SIGTERM');
    const entries = (await node.entries()).filter(({ repository }) => repository === 'hub/lazy');
    const started = entries.filter(({ type }) => type === 'operation.started');
    t.ok(fetches > 10, `${fetches} fetches of git, ${started.length} operations`);
    const by = new Set(
      started.map(({ credentialId, address }) => `${String(credentialId)} ${String(address)}`),
    );
    t.equal(by.size, 1);
    t.strictSame(
      entries.filter(({ type }) => type === 'operation.refused'),
      [],
    );
  },
);
