import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { gitClient } from '../servers/git.ts';
import { otherClients, pythonClient } from './clients.ts';
import { aSite, gitCredential, grantedBy } from './nodes.ts';

t.setTimeout(600_000);

const site = await aSite(t);
const node = await site.node('one');
const secret = await gitCredential(site, node, 'developer');
await makeAppRepository(site.repositories);
const git = await gitClient(t);
for (const name of ['dulwich', 'libgit2', 'jgit'])
  for (const copy of [name, `${name}-fenced`])
    await git.must([
      'clone',
      '-q',
      '--bare',
      `${site.repositories}/app.git`,
      `${site.repositories}/${copy}.git`,
    ]);
const head = async (name: string, ref: string): Promise<string> =>
  (
    await git.run(['-C', `${site.repositories}/${name}.git`, 'rev-parse', '--verify', '-q', ref])
  ).stdout.trim();

for (const [name, isThere, make] of otherClients) {
  const skip = isThere ? false : 'it is not installed';

  void t.test(
    `${name} shows why it is refused, then clones and pushes, small and large (cases A4, A7)`,
    { skip },
    async (t) => {
      const client = await make(t, site);
      const address = node.address(secret, `${name}.git`);
      const refused = await client(address);
      t.not(refused.code, 0);
      t.match(refused.said, `sluice: no live grant to fetch hub/${name}`);
      t.match(refused.said, `/ask/hub/${name}?right=fetch`);

      await grantedBy(site, node, node, { repository: `hub/${name}`, right: 'push' });
      for (const [ref, bytes] of [
        ['refs/heads/small', 1_000],
        ['refs/heads/large', 3_000_000],
      ] as const) {
        const { code, said } = await client(address, [ref, bytes]);
        t.equal(code, 0, said);
        t.match(await head(name, ref), /^[0-9a-f]{40}$/, `${ref} is there`);
      }
    },
  );

  void t.test(`${name} shows why its ref is refused, and changes nothing`, { skip }, async (t) => {
    const client = await make(t, site);
    const fenced = `${name}-fenced`;
    const scope = { repository: `hub/${fenced}`, right: 'push' as const, refs: ['refs/heads/fix/**'] };
    const grantId = await grantedBy(site, node, node, scope);
    const { said } = await client(node.address(secret, `${fenced}.git`), ['refs/heads/out', 1_000]);
    t.match(said, `outside ${grantId}`);
    t.equal(await head(fenced, 'refs/heads/out'), '');
  });

  void t.test(
    `${name} with a wrong credential ends with that, and does not ask for ever (case G1)`,
    { skip },
    async (t) => {
      const client = await make(t, site);
      const { code, said } = await client(node.address(makeSecret('git').secret, `${name}.git`));
      t.not(code, 0);
      t.match(said, /auth|credential/i);
      t.notMatch(said, /replays|redirects/);
      t.notMatch(said, /no live grant/);
    },
  );
}

void t.test(
  'a libgit2 that repeats its wrong credential ends by itself and locks nobody out (case G1)',
  async (t) => {
    const stubborn = await pythonClient(t, 'libgit2_client.py', {
      caFile: site.caFile,
      env: { STUBBORN: '1' },
    });
    const wrong = node.address(makeSecret('git').secret, 'libgit2.git');
    for (let i = 0; i < 3; i += 1)
      t.match((await stubborn(wrong)).said, 'too many redirects or authentication replays');
    const colleague = await gitClient(t, { caFile: site.caFile });
    t.equal((await colleague.run(['ls-remote', node.address(secret, 'libgit2.git')])).code, 0);
  },
);
