import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { gitClient } from '../servers/git.ts';
import { temporaryDirectory } from '../servers/temporary-directory.ts';
import { aGitNode, scopeOf } from './git-node.ts';

const execute = promisify(execFile);

/** Runs a Python program; what it printed on both streams, and its exit status. */
async function python(program: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout, stderr } = await execute('/usr/bin/python3', ['-c', program, ...args], {
      env: { PATH: process.env.PATH, HOME: '/nonexistent' },
    });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

const dulwich = `
import sys
from dulwich import porcelain
url, folder, verb = sys.argv[1:4]
repo = porcelain.clone(url, folder, errstream=sys.stderr.buffer)
if verb == 'push':
    porcelain.commit(repo, message=b'from dulwich', author=b'a <a@x>', committer=b'a <a@x>')
    porcelain.push(repo, url, b'HEAD:refs/heads/dulwich', errstream=sys.stderr.buffer, outstream=sys.stdout.buffer)
`;

const pygit2 = `
import sys, pygit2
url, user, secret, folder, verb = sys.argv[1:6]
callbacks = pygit2.RemoteCallbacks(credentials=pygit2.UserPass(user, secret))
repo = pygit2.clone_repository(url, folder, callbacks=callbacks)
if verb == 'push':
    sig = pygit2.Signature('a', 'a@x')
    repo.create_commit('refs/heads/pygit2', sig, sig, 'from pygit2', repo.head.peel().tree_id, [repo.head.target])
    class Push(pygit2.RemoteCallbacks):
        def push_update_reference(self, ref, message):
            print(ref, message)
    repo.remotes['origin'].push(['refs/heads/pygit2'], callbacks=Push(credentials=pygit2.UserPass(user, secret)))
`;

void t.test('dulwich clones and pushes under a grant, and shows the refusal without one', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const folder = await temporaryDirectory(t);
  const address = node.address(secret, 'app.git');

  const refused = await python(dulwich, [address, `${folder}/none`, 'clone']);
  t.not(refused.code, 0);
  t.match(refused.said, 'sluice: no live grant to fetch hub/app');
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const pushed = await python(dulwich, [address, `${folder}/app`, 'push']);
  t.equal(pushed.code, 0, pushed.said);
  const git = await gitClient(t);
  t.match(await git.must(['ls-remote', `${node.directory}/app.git`]), 'refs/heads/dulwich');
});

void t.test(
  'libgit2 clones and pushes under a grant, shows the refusal, and gives up a wrong credential',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    const folder = await temporaryDirectory(t);
    const bare = `http://127.0.0.1:${node.door.port}/hub/app.git`;

    const wrong = await python(pygit2, [bare, 'git', makeSecret('git').secret, `${folder}/wrong`, 'clone']);
    t.not(wrong.code, 0);
    t.notMatch(wrong.said, /no live grant/);
    const refused = await python(pygit2, [bare, 'git', secret, `${folder}/none`, 'clone']);
    t.match(refused.said, 'sluice: no live grant to fetch hub/app');
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const pushed = await python(pygit2, [bare, 'git', secret, `${folder}/app`, 'push']);
    t.equal(pushed.code, 0, pushed.said);
    t.match(pushed.said, 'refs/heads/pygit2 None');
  },
);

void t.test('a push of libgit2 outside its scope is told the reason for its ref', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  const grant = await node.grant(principal, { scope: scopeOf('app', 'push', ['refs/heads/fix/**']) });
  const folder = await temporaryDirectory(t);

  const { said } = await python(pygit2, [
    `http://127.0.0.1:${node.door.port}/hub/app.git`,
    'git',
    secret,
    `${folder}/app`,
    'push',
  ]);
  t.match(said, `refs/heads/pygit2 outside ${grant.id}`);
});
