import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { rawExchange } from './raw-http.ts';

void t.test(
  'a request that says its length in two ways, or in a broken one, reaches no host and hides no second one',
  async (t) => {
    const asked: string[] = [];
    const node = await aGitNode(t, {
      host: { onRequest: ({ method, url }) => asked.push(`${method} ${url}`) },
    });
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'push') });
    const head = (...lines: string[]): string =>
      [
        'POST /hub/app.git/git-upload-pack HTTP/1.1',
        'Host: x',
        `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
        'Content-Type: application/x-git-upload-pack-request',
        ...lines,
        '',
        '',
      ].join('\r\n');
    const hidden = 'GET /hub/secret.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: x\r\n\r\n';
    const attacks: readonly (readonly [string, string])[] = [
      ['both lengths', `${head('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`],
      ['two lengths', `${head('Content-Length: 4', 'Content-Length: 400')}0000${hidden}`],
      ['a coding behind chunked', `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${hidden}`],
      ['a coding that is only like chunked', `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`],
      [
        'chunked in another case behind a tab',
        `${head('Transfer-Encoding:\tCHUNKED', 'Content-Length: 5')}0\r\n\r\n${hidden}`,
      ],
      ['a folded header', `${head('Transfer-Encoding:\r\n chunked', 'Content-Length: 5')}0\r\n\r\n${hidden}`],
      ['a blank before the colon', `${head('Transfer-Encoding : chunked')}0\r\n\r\n${hidden}`],
      [
        'a chunk size that lies',
        `${head('Transfer-Encoding: chunked')}ffffffffffffffff\r\n0000\r\n${hidden}`,
      ],
      ['a chunk size with a sign', `${head('Transfer-Encoding: chunked')}-4\r\n0000\r\n0\r\n\r\n${hidden}`],
      ['a length with a sign', `${head('Content-Length: +4')}0000${hidden}`],
      ['line ends without CR', `${head('Content-Length: 4').replaceAll('\r\n', '\n')}0000${hidden}`],
    ];
    for (const [what, bytes] of attacks) {
      const said = await rawExchange(node.door.port, [bytes]);
      t.notMatch(said, /HTTP\/1\.1 200[\s\S]*service=git-upload-pack|refs\/heads/, what);
      // A chunk that never ends is waited for, under the grant, and answered by nothing.
      t.match(said, /^(HTTP\/1\.1 (400|401|200)|$)/, what);
    }
    t.strictSame(
      asked.filter((one) => one.includes('secret')),
      [],
      'the hidden request was asked of no host',
    );
  },
);

void t.test('a second request sent ahead runs after the first, under its own credential', async (t) => {
  const asked: string[] = [];
  const node = await aGitNode(t, { host: { onRequest: ({ url }) => asked.push(url) } });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const get = (authorization: string): string =>
    `GET /hub/app.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: x\r\n${authorization}\r\n`;
  const known = `Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}\r\n`;

  const said = await rawExchange(node.door.port, [
    get(known) + get('') + get(known) + get('Authorization: Basic eDp5\r\n'),
  ]);
  t.strictSame(
    [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
    ['200', '401', '200', '401'],
  );
  t.equal(asked.length, 2);
});
