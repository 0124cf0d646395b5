import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { aGitNode, scopeOf } from './git-node.ts';

const closed: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/HEAD'],
  ['GET', '/config'],
  ['GET', '/objects/info/packs'],
  ['GET', '/objects/pack/pack-0123456789012345678901234567890123456789.pack'],
  ['GET', '/objects/ab/0123'],
  ['GET', '/info/refs'],
  ['GET', '/info/refs?service=git-upload-archive'],
  ['GET', '/info/refs?service=git-upload-pack&service=git-receive-pack'],
  ['GET', '/info/refs?service=GIT-UPLOAD-PACK'],
  ['POST', '/git-upload-archive'],
  ['POST', '/info/lfs/objects/batch'],
  ['GET', '/info/lfs/locks'],
];

void t.test(
  'services nobody grants are refused with and without a grant, on record, and no host hears of them',
  async (t) => {
    const asked: string[] = [];
    const node = await aGitNode(t, { host: { onRequest: ({ url }) => asked.push(url) } });
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const authorization = `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;

    for (const name of ['app.git', 'secret.git'])
      for (const [method, path] of closed) {
        const url = `http://127.0.0.1:${node.door.port}/hub/${name}${path}`;
        const answer = await fetch(url, { method, headers: { authorization } });
        const body = await answer.text();
        t.equal(answer.status, 403, path);
        t.match(body, name === 'app.git' ? /only fetch and push are served here/ : /no live grant/, path);
        if (path.includes('/lfs/'))
          t.match(answer.headers.get('content-type'), 'application/vnd.git-lfs+json');
        const nobody = await fetch(url, { method });
        t.equal(nobody.status, 401, path);
        t.match(nobody.headers.get('www-authenticate'), /^Basic realm="/);
      }
    t.strictSame(asked, []);
    node.door.connections.resetAll();
    const refused = (await node.entries()).filter(({ type }) => type === 'operation.refused');
    t.equal(refused.length, closed.length * 2);
  },
);

void t.test('other methods on the smart endpoints are refused', async (t) => {
  const node = await aGitNode(t);
  const { secret } = await node.person();
  const authorization = `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`;
  for (const [method, path, allow] of [
    ['PUT', '/git-receive-pack', 'POST'],
    ['GET', '/git-upload-pack', 'POST'],
    ['DELETE', '/info/refs?service=git-upload-pack', 'GET'],
    ['OPTIONS', '/git-receive-pack', 'POST'],
  ] as const) {
    const answer = await fetch(`http://127.0.0.1:${node.door.port}/hub/app.git${path}`, {
      method,
      headers: { authorization },
    });
    t.equal(answer.status, 405);
    t.equal(answer.headers.get('allow'), allow);
  }
});

void t.test('a browser at a repository’s address is sent to where access is asked for', async (t) => {
  const node = await aGitNode(t);
  const answer = await fetch(`http://127.0.0.1:${node.door.port}/hub/org/app.git`, { redirect: 'manual' });

  t.equal(answer.status, 302);
  t.equal(answer.headers.get('location'), 'https://gw.test/ask/hub/org/app');
});
