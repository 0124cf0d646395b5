import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { gitClient } from '../servers/git.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent } from '../store/samples.ts';
import { aGitNode, type GitNode, scopeOf } from './git-node.ts';

const discovery = '/hub/app.git/info/refs?service=git-upload-pack';

/** Asks for discovery with an Authorization header as given; git's answer is told by its status and first line. */
function ask(
  node: GitNode,
  authorization: string | undefined,
): Promise<{ status: number; challenge: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization };
    request({ host: '127.0.0.1', port: node.door.port, path: discovery, headers }, (answer) => {
      let body = '';
      answer.setEncoding('latin1').on('data', (piece) => {
        body += piece;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, challenge: answer.headers['www-authenticate'], body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

void t.test(
  'the same credential works in every form tools send it in, and always as its owner',
  async (t) => {
    const seen: unknown[] = [];
    const node = await aGitNode(t, {
      host: { onRequest: ({ headers }) => seen.push(headers.authorization) },
    });
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person({ email: 'alice@corp.test', name: 'Älice' });
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const forms = [
      `Bearer ${secret}`,
      `bearer ${secret}`,
      basic(`oauth2:${secret}`),
      basic(`x-token-auth:${secret}`),
      basic(`${secret}:x-oauth-basic`),
      basic(`${secret}:`),
      basic(`:${secret}`),
      basic(`alice@corp.test:${secret}`),
      basic(`alice:${secret}`),
      basic(`Älice:${secret}`),
      basic(`x:${secret}`).replace('Basic', 'basic'),
    ];
    for (const form of forms) t.equal((await ask(node, form)).status, 200, form.slice(0, 12));
    t.strictSame(
      seen.filter((header) => header !== undefined),
      [],
      'nothing of it went up to the host',
    );
    node.door.connections.resetAll();
    const owners = new Set(
      (await node.entries()).flatMap((entry) =>
        entry.type === 'operation.started' ? [entry.principalId] : [],
      ),
    );
    t.strictSame([...owners], [principal.id]);
  },
);

void t.test('whatever is no live credential gets 401 and a Basic challenge, and never a crash', async (t) => {
  const node = await aGitNode(t);
  const alice = await node.person({ email: 'alice@corp.test' });
  const bob = await node.person({ email: 'bob@corp.test' });
  for (const form of [
    undefined,
    'Basic',
    'Basic ????',
    'Basic YQ',
    basic('no colon'),
    basic('x:hunter2'),
    basic(`alice@corp.test:${bob.secret}`),
    basic(`x:${alice.secret.slice(0, -1)}!`),
    basic(`x:${makeSecret('git').secret}`),
    basic(`${alice.secret}:${bob.secret}`),
    'Negotiate abc',
    `Basic ${'A'.repeat(12_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ]) {
    const { status, challenge, body } = await ask(node, form);
    t.equal(status, 401, String(form).slice(0, 30));
    t.equal(challenge, 'Basic realm="Sluice", charset="UTF-8"');
    t.match(body, /^sluice: /);
  }
  t.equal((await ask(node, `Basic ${'A'.repeat(20_000)}`)).status, 431);
});

void t.test('an API credential is told from a git one, and not by a 401 that would erase it', async (t) => {
  const node = await aGitNode(t);
  const { principal } = await node.person();
  const { secret, hash, shown } = makeSecret('api');
  const credential = aCredential(Date.now(), { principalId: principal.id, kind: 'api', hash, shown });
  await recorded(node.store, await node.store.issueCredential(credential, anEvent('credential.issued')));

  const { status, body } = await ask(node, basic(`x:${secret}`));
  t.equal(status, 200);
  t.match(body, 'ERR sluice: that credential is for the API, not for git');
});

void t.test('too many failures make an address wait, with a sentence', async (t) => {
  const node = await aGitNode(t);
  let last = { status: 0, body: '' };
  for (let i = 0; i < 1_001; i += 1) last = await ask(node, basic(`x:${makeSecret('git').secret}`));

  t.equal(last.status, 429);
  t.match(last.body, 'sluice: too many failed credentials from this address; wait a minute');
});

void t.test(
  'git clones with a helper, with the secret in the address, and with an extra header',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const git = await gitClient(t);
    const bare = `http://127.0.0.1:${node.door.port}/hub/app.git`;
    const helper = `!f() { echo username=git; echo password=${secret}; }; f`;

    await git.must([
      '-c',
      `credential.helper=${helper}`,
      '-c',
      'credential.username=git',
      'clone',
      bare,
      'a',
    ]);
    await git.must(['clone', node.address(secret, 'app.git'), 'b']);
    await git.must(['-c', `http.extraHeader=Authorization: Bearer ${secret}`, 'clone', bare, 'c']);
  },
);

void t.test(
  'an ended credential is refused once, forgotten by its helper, and the next one works (case G2)',
  async (t) => {
    const node = await aGitNode(t);
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    const ended = makeSecret('git');
    const { hash, shown } = ended;
    const credential = aCredential(Date.now(), {
      principalId: principal.id,
      hash,
      shown,
      endsAt: Date.now() - 1,
    });
    await recorded(node.store, await node.store.issueCredential(credential, anEvent('credential.issued')));
    t.ok(Buffer.byteLength(secret) < 200);
    const git = await gitClient(t);
    const bare = `http://127.0.0.1:${node.door.port}/hub/app.git`;
    const stored = `${git.directory}/credentials`;
    await writeFile(stored, `http://git:${ended.secret}@127.0.0.1%3a${node.door.port}\n`);
    const run = () => git.run(['-c', `credential.helper=store --file=${stored}`, 'ls-remote', bare]);

    const first = await run();
    t.equal(first.code, 128);
    t.match(first.stderr, 'Authentication failed');
    t.notMatch(await readFile(stored, 'utf8'), ended.secret, 'git erased what was refused');
    await writeFile(stored, `http://git:${secret}@127.0.0.1%3a${node.door.port}\n`);
    t.equal((await run()).code, 0);
    t.match(await readFile(stored, 'utf8'), secret, 'and keeps what works');
  },
);
