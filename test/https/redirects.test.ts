import t from 'tap';
import { gitClient } from '../servers/git.ts';
import { rawResponse, startHostileHost } from '../servers/hostile-host.ts';
import { aGitNode, scopeOf } from './git-node.ts';

const elsewhere =
  'sluice: the git host behind hub sends this repository elsewhere, where the gateway does not follow';

const locations: readonly (readonly [location: (base: string) => string, shown: string])[] = [
  [
    (base) => `${base}/new.git/info/refs?service=git-upload-pack`,
    'use its new name: https://gw.test/hub/new.git',
  ],
  [
    () => '/org/new.git/info/refs?service=git-upload-pack',
    'use its new name: https://gw.test/hub/org/new.git',
  ],
  [() => 'http://127.0.0.1:6379/', elsewhere],
  [() => 'https://internal.test/new.git/info/refs?service=git-upload-pack', elsewhere],
  [() => '//internal.test/new.git/info/refs', elsewhere],
  [() => 'file:///etc/passwd', elsewhere],
  [() => 'http://user:pw@127.0.0.1/new.git/info/refs', elsewhere],
  [() => '/login', elsewhere],
];

void t.test(
  'a redirect of the host is never followed nor handed on; a rename names the new name',
  async (t) => {
    for (const [location, shown] of locations)
      for (const status of [301, 302, 307, 308]) {
        const host = await startHostileHost(t, (_request, socket) =>
          socket.end(rawResponse(`${status} Moved`, { Location: location(host.url) }, 'to internal.test')),
        );
        const node = await aGitNode(t, { hostUrl: host.url });
        const { principal, secret } = await node.person();
        await node.grant(principal, { scope: scopeOf('app', 'fetch') });
        const git = await gitClient(t);

        const { code, stderr } = await git.run(['clone', node.address(secret, 'app.git')]);
        t.equal(code, 128);
        t.match(stderr, shown);
        t.notMatch(stderr, /internal\.test|redirecting|127\.0\.0\.1:6379/);
        t.equal(host.requests.length, 1, 'nothing was asked behind the redirect');
      }
  },
);

void t.test('a redirect of a push’s POST is a refusal with its report', async (t) => {
  const advertisement = `001f# service=git-receive-pack\n0000${pkt(`${'0'.repeat(40)} capabilities^{}\0report-status side-band-64k delete-refs\n`)}0000`;
  const host = await startHostileHost(t, (request, socket) => {
    if (request.method === 'GET')
      socket.write(
        rawResponse(
          '200 OK',
          { 'Content-Type': 'application/x-git-receive-pack-advertisement' },
          advertisement,
        ),
      );
    else socket.end(rawResponse('307 Temporary Redirect', { Location: 'http://127.0.0.1:6379/' }, ''));
  });
  const node = await aGitNode(t, { hostUrl: host.url });
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'push') });
  const git = await gitClient(t);
  await git.must(['init', '-q', 'app']);
  await git.must(['-C', 'app', 'commit', '-q', '--allow-empty', '-m', 'one']);

  const { code, stderr } = await git.run([
    '-C',
    'app',
    'push',
    node.address(secret, 'app.git'),
    'HEAD:refs/heads/x',
  ]);
  t.equal(code, 1);
  t.match(stderr, `remote: ${elsewhere}`);
  t.match(stderr, '! [remote rejected] HEAD -> x (git host redirects elsewhere)');
});

void t.test('what the host says beside git’s own types never reaches the client', async (t) => {
  const answers: readonly (readonly [string, Record<string, string>, string])[] = [
    ['200 OK', { 'Content-Type': 'text/html' }, '<b>internal page</b>'],
    ['401 Unauthorized', { 'WWW-Authenticate': 'Basic realm="internal"' }, 'internal'],
    ['403 Forbidden', { 'Content-Type': 'text/plain' }, 'internal'],
    ['404 Not Found', {}, 'internal'],
    ['500 Oops', { 'Set-Cookie': 'internal=1' }, 'internal'],
    ['200 OK', { 'Content-Type': 'application/x-git-upload-pack-advertisement' }, '0010ERR internal'],
    ['200 OK', { 'Content-Type': 'application/x-git-upload-pack-advertisement' }, 'zzzz'],
  ];
  for (const [status, headers, body] of answers) {
    const host = await startHostileHost(t, (_request, socket) =>
      socket.end(rawResponse(status, headers, body)),
    );
    const node = await aGitNode(t, { hostUrl: host.url });
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);

    const { code, stderr } = await git.run(['clone', node.address(secret, 'app.git')], {
      env: { GIT_CURL_VERBOSE: '1' },
    });
    t.equal(code, 128, status);
    t.match(stderr, 'remote error: sluice: ', status);
    t.notMatch(stderr, /internal/, status);
    const [request] = host.requests;
    t.notMatch(JSON.stringify(request?.rawHeaders), secret.slice(6), 'the client’s credential did not go up');
  }
});

function pkt(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}
