import t from 'tap';
import { pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, type GitNode, scopeOf } from '../https/git-node.ts';
import { type HostileScript, rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { gitGet, rawExchange, statuses } from './raw-http.ts';

const id = 'a'.repeat(40);
const last = ['Connection: close'];
const advertisement = 'application/x-git-upload-pack-advertisement';
const refs = `001e# service=git-upload-pack\n0000${pktLine(`${id} HEAD\0side-band-64k\n`).toString('latin1')}0000`;

async function behind(t: Parameters<typeof aGitNode>[0], script: HostileScript) {
  const host = await startHostileHost(t, script);
  const node = await aGitNode(t, { hostUrl: host.url });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  return { host, node, secret };
}

/** Names of the headers in the first response, in lower case and order. */
function names(said: string): readonly string[] {
  const [head = ''] = said.split('\r\n\r\n');
  return head
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    .sort();
}

/** Everything that a git answer needs, and what keeps it from being cached, sniffed or buffered. */
const allowed = [
  'cache-control',
  'connection',
  'content-type',
  'date',
  'transfer-encoding',
  'x-accel-buffering',
  'x-content-type-options',
];

void t.test('of a good answer’s headers the client gets the gateway’s own and no other', async (t) => {
  const { node, secret } = await behind(t, (_, socket) =>
    socket.end(
      rawResponse(
        '200 OK',
        {
          'Content-Type': `${advertisement}; charset=utf-8`,
          Location: 'https://internal.test/',
          'Content-Location': 'https://internal.test/',
          Refresh: '0; url=https://internal.test/',
          Link: '<https://internal.test/>; rel=preload',
          'Set-Cookie': 'session=internal',
          'WWW-Authenticate': 'Basic realm="internal"',
          'Proxy-Authenticate': 'Basic realm="internal"',
          'Strict-Transport-Security': 'max-age=0',
          'Alt-Svc': 'h2="internal.test:443"',
          'Clear-Site-Data': '"*"',
          'Access-Control-Allow-Origin': '*',
          Server: 'internal/1.0',
          'X-Request-Id': 'internal',
          Trailer: 'X-Internal',
          'Keep-Alive': 'timeout=1',
          Upgrade: 'h2c',
          Age: '100',
          ETag: '"internal"',
        },
        refs,
      ),
    ),
  );
  const said = await rawExchange(node.door.port, [gitGet(secret, 'upload-pack', { headers: last })]);
  t.match(said, `${id} HEAD`);
  t.strictSame(names(said), allowed);
  t.notMatch(said, /internal/);
});

void t.test('what the client says beside git’s own headers stays at the gateway', async (t) => {
  const { host, node, secret } = await behind(t, (_, socket) =>
    socket.end(rawResponse('200 OK', { 'Content-Type': advertisement }, refs)),
  );
  const spoken = [
    'Cookie: session=mine',
    'X-Forwarded-For: 10.0.0.1',
    'X-Forwarded-Host: evil.test',
    'Forwarded: for=10.0.0.1;host=evil.test',
    'X-Original-URL: /hub/secret.git',
    'X-Rewrite-URL: /hub/secret.git',
    'X-HTTP-Method-Override: DELETE',
    'Proxy-Authorization: Basic bWluZQ==',
    'Proxy-Connection: keep-alive',
    'Referer: https://mine.test/',
    'Origin: https://mine.test',
    'Range: bytes=0-3',
    'If-None-Match: "x"',
    'Accept-Encoding: gzip, br',
    'Accept-Language: xx-mine',
    'Git-Protocol: version=2:evil=1',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    'Via: 1.1 evil.test',
    'Pragma: no-cache',
    'User-Agent: mine/1.0',
    'TE: trailers',
  ];
  const said = await rawExchange(node.door.port, [
    gitGet(secret, 'upload-pack', { headers: [...spoken, 'Connection: close, Accept'] }),
  ]);
  t.match(said, `${id} HEAD`);
  const [seen] = host.requests;
  t.strictSame(Object.keys(seen?.headers ?? {}).sort(), [
    'accept',
    'accept-encoding',
    'connection',
    'git-protocol',
    'host',
    'user-agent',
  ]);
  t.match(seen?.headers, {
    'accept-encoding': 'identity',
    'git-protocol': 'version=2',
    'user-agent': /^git\/2/,
  });
  t.notMatch(JSON.stringify(seen?.rawHeaders), /mine|evil|10\.0\.0\.1/);
  t.notMatch(JSON.stringify(seen?.rawHeaders), secret.slice(6, 20));
  t.match(seen?.url, '/app.git/info/refs?service=git-upload-pack');
});

/** Ends well or badly, but ends, and leaves the node as it was. */
const interim: Readonly<Record<string, readonly [HostileScript, (said: string) => boolean]>> = {
  'a thousand interim responses before the answer': [
    (_, socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: <https://internal.test>\r\n\r\n'.repeat(1_000)),
          rawResponse('200 OK', { 'Content-Type': advertisement }, refs),
        ]),
      ),
    (said) => said.includes(`${id} HEAD`) || said.includes('ERR sluice: '),
  ],
  'an answer that switches protocols': [
    (_, socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
    (said) => said.includes('ERR sluice: '),
  ],
  'a status of its own': [
    (_, socket) => socket.end(rawResponse('999 Odd', { 'Content-Type': advertisement }, refs)),
    (said) => said.includes('ERR sluice: '),
  ],
  'a status without a body where one belongs': [
    (_, socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'),
    (said) => said.includes('ERR sluice: '),
  ],
  'a part of it': [
    (_, socket) => socket.end(rawResponse('206 Partial Content', { 'Content-Type': advertisement }, refs)),
    (said) => said.includes('ERR sluice: '),
  ],
  'an answer that is compressed though nobody asked': [
    (_, socket) =>
      socket.end(rawResponse('200 OK', { 'Content-Type': advertisement, 'Content-Encoding': 'gzip' }, refs)),
    (said) => said.includes('ERR sluice: '),
  ],
};
for (const [what, [script, isRight]] of Object.entries(interim))
  void t.test(
    `a host that sends ${what} costs one answer, and no word of it but git’s goes down`,
    async (t) => {
      const { node, secret } = await behind(t, script);
      const said = await rawExchange(
        node.door.port,
        [gitGet(secret, 'upload-pack', { headers: last })],
        1_000,
      );
      t.ok(isRight(said), said.slice(0, 600));
      t.strictSame(statuses(said), [200], 'one response');
      t.notMatch(said, 'internal');
      await stillServes(t, node);
    },
  );

void t.test('a host that never stops its interim responses is given up', async (t) => {
  let stopped: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const { node, secret } = await behind(t, (_, socket) => {
    socket.on('close', () => stopped?.());
    const more = (): void => {
      if (!socket.destroyed && socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(50))) setImmediate(more);
      else socket.once('drain', more);
    };
    more();
  });
  const said = await rawExchange(node.door.port, [gitGet(secret, 'upload-pack', { headers: last })]);
  t.match(said, 'ERR sluice: the git host behind hub cannot be reached');
  t.notMatch(said, 'HTTP/1.1 102');
  await over;
  await stillServes(t, node);
});

/** The node still answers, and none of its own code threw. */
async function stillServes(
  t: { match: (a: unknown, b: RegExp) => unknown; notMatch: (a: unknown, b: RegExp) => unknown },
  node: GitNode,
) {
  t.match(
    await rawExchange(node.door.port, [gitGet(undefined, 'upload-pack', { headers: last })]),
    /^HTTP\/1\.1 401/,
  );
  t.notMatch(node.troubles.join(), /fault/);
}
