import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { gitClient } from '../servers/git.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';

function post(node: GitNode, secret: string | undefined, body: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${node.door.port}/hub/app.git/git-receive-pack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-git-receive-pack-request',
      ...(secret === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` }),
    },
    body,
  });
}

void t.test(
  'a push above 1 MB, with its probe before it, arrives whole and is recorded as one push',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const git = await gitClient(t);
    await git.must(['clone', '-q', node.address(secret, 'app.git'), 'app']);
    const inApp = { cwd: `${git.directory}/app` };
    await writeFile(`${inApp.cwd}/big`, randomBytes(2_500_000));
    await git.must(['add', '.'], inApp);
    await git.must(['commit', '-q', '-m', 'big'], inApp);

    await git.must(['push', 'origin', 'HEAD:refs/heads/big'], inApp);
    await git.must(['-C', `${node.directory}/app.git`, 'fsck']);
    const entries = await node.entries();
    t.equal(entries.filter(({ type }) => type === 'push.commands').length, 1);
    t.equal(
      entries.filter((entry) => entry.type === 'operation.started' && entry.right === 'push').length,
      1,
    );
    t.match(entries.at(-1), { type: 'operation.ended', outcome: 'completed' });
    t.strictSame(node.troubles, []);
  },
);

void t.test('a lone probe succeeds with a credential and without, and is no push on record', async (t) => {
  const node = await aGitNode(t);
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });

  for (const credential of [secret, undefined]) {
    const answer = await post(node, credential, '0000');
    t.equal(answer.status, 200);
    t.equal(await answer.text(), '');
  }
  node.door.connections.resetAll();
  const types = (await node.entries()).map(({ type }) => type);
  t.notOk(types.includes('push.commands'));
  t.match((await node.entries()).at(-1), { type: 'operation.ended', outcome: 'advertised' });
});

void t.test('anything but the probe needs a credential', async (t) => {
  const node = await aGitNode(t);
  const answer = await post(node, undefined, '0001');

  t.equal(answer.status, 401);
  t.equal(answer.headers.get('www-authenticate'), 'Basic realm="Sluice", charset="UTF-8"');
});
