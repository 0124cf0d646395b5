import { cp } from 'node:fs/promises';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';

void t.test('every spelling of a name is the same repository, or a clear no', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const git = await gitClient(t);
  const same = ['app', 'app.git', 'app/', 'app//', 'app.git/', '%61pp.git'];

  for (const name of same) t.equal((await git.run(['ls-remote', node.address(secret, name)])).code, 0, name);
  for (const name of ['/app.git', 'App', 'app.GIT']) {
    const { code, stderr } = await git.run(['ls-remote', node.address(secret, name)]);
    t.equal(code, 128);
    t.match(stderr, /no repository here by that name|no live grant/, name);
  }
  await node.revoke(grant.id, 'over');
  for (const name of same) {
    const { code, stderr } = await git.run(['ls-remote', node.address(secret, name)]);
    t.equal(code, 128);
    t.match(stderr, `grant ${grant.id} was revoked`, name);
  }
  const repositories = new Set(
    (await node.entries()).flatMap((entry) => (entry.type === 'operation.started' ? [entry.repository] : [])),
  );
  t.strictSame([...repositories], ['hub/app']);
});

void t.test(
  'a path that walks, hides a slash or begins with a dash reaches no host, decoded once or twice',
  async (t) => {
    const asked: string[] = [];
    const node = await aGitNode(t, { host: { onRequest: ({ url }) => asked.push(url) } });
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const paths = [
      './app',
      'x/../app',
      '../hub/app',
      '%2e%2e/hub/app',
      '%2e/app',
      'app%2f',
      '%2fapp',
      'app%5c',
      'app%00',
      'app%0a',
      '-app',
      '--upload-pack=id',
      '~root/app',
      'app%252f',
      '%61%ff',
      'app%e2%80%ae',
      'app%20',
      `${'a/'.repeat(600)}app`,
    ];

    for (const path of paths) {
      const body = await rawGet(node, secret, `/hub/${path}/info/refs?service=git-upload-pack`);
      t.match(body, 'ERR sluice: no repository here by that name that you may ask for', path);
    }
    t.strictSame(asked, []);
  },
);

/** Node's own client sends the path as it is given. */
function rawGet(node: GitNode, secret: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const authorization = `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;
    get({ host: '127.0.0.1', port: node.door.port, path, headers: { authorization } }, (answer) => {
      text(answer).then(resolve, reject);
    }).on('error', reject);
  });
}

void t.test('one .git is taken off, so that a host’s x.git.git stays reachable', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  await cp(`${node.directory}/app.git`, `${node.directory}/x.git.git`, { recursive: true });
  await cp(`${node.directory}/app.git`, `${node.directory}/foo.git-tools.git`, { recursive: true });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('x.git', 'fetch') });
  await node.grant(principal, { scope: scopeOf('foo.git-tools', 'fetch') });
  const git = await gitClient(t);

  t.equal((await git.run(['ls-remote', node.address(secret, 'x.git.git')])).code, 0);
  t.equal((await git.run(['ls-remote', node.address(secret, 'foo.git-tools')])).code, 0);
});

for (const [kind, folds] of [
  ['gitea', true],
  ['generic', false],
] as const) {
  void t.test(
    `case on a ${kind} host: names ${folds ? 'fold into one' : 'stay apart'}, in grants, revocations and records`,
    async (t) => {
      const node = await aGitNode(t, { kind });
      await makeAppRepository(node.directory);
      const { principal, secret } = await node.person();
      const grant = await node.grant(principal, { scope: scopeOf('app', 'fetch') });
      const git = await gitClient(t);
      const ask = (name: string) => git.run(['ls-remote', node.address(secret, name)]);

      t.equal((await ask('APP.git')).code, folds ? 0 : 128);
      await node.revoke(grant.id, 'over');
      t.match(
        (await ask('aPp')).stderr,
        folds ? `grant ${grant.id} was revoked` : 'no live grant to fetch hub/aPp',
      );
    },
  );
}
