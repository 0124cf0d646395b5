import { execFileSync } from 'node:child_process';
import t from 'tap';
import { makeAppRepository } from '../../gateway/demo/sample-repository.ts';
import { delimPkt, flushPkt, pktLine } from '../../gateway/git/pkt-line.ts';
import { aGitNode, scopeOf } from '../https/git-node.ts';
import { gitGet, gitPost, rawExchange, statuses } from './raw-http.ts';

const id = 'a'.repeat(40);
const zero = '0'.repeat(40);
const lsRefs = [pktLine('command=ls-refs\n'), delimPkt, pktLine('ref-prefix refs/heads/\n'), flushPkt];
const fetchIt = [pktLine('command=fetch'), delimPkt, pktLine(`want ${id}\n`), pktLine('done\n'), flushPkt];

const fetches: Readonly<Record<string, { version: number; body: readonly Buffer[] }>> = {
  'a second command behind the flush': { version: 2, body: [...lsRefs, ...fetchIt] },
  'the same command twice': { version: 2, body: [...lsRefs, ...lsRefs] },
  'a command inside another’s arguments': {
    version: 2,
    body: [pktLine('command=ls-refs\n'), delimPkt, pktLine('command=fetch\n'), flushPkt],
  },
  'two commands in one head': {
    version: 2,
    body: [pktLine('command=ls-refs\n'), pktLine('command=fetch\n'), delimPkt, flushPkt],
  },
  'a command that nobody advertised': { version: 2, body: [pktLine('command=bundle-uri\n'), flushPkt] },
  'an argument that nobody advertised': {
    version: 2,
    body: [pktLine('command=fetch'), delimPkt, pktLine('packfile-uris https\n'), flushPkt],
  },
  'a second line behind a NUL': {
    version: 2,
    body: [pktLine('command=ls-refs\0command=fetch\n'), flushPkt],
  },
  'wants behind done': {
    version: 0,
    body: [pktLine(`want ${id} side-band-64k\n`), flushPkt, pktLine('done\n'), pktLine(`want ${zero}\n`)],
  },
  'junk behind the end': { version: 2, body: [...lsRefs, Buffer.from('junk')] },
};

void t.test(
  'a fetch that hides one command behind another is refused, and the host hears nothing',
  async (t) => {
    const asked: string[] = [];
    const node = await aGitNode(t, { host: { onRequest: ({ method }) => asked.push(method) } });
    await makeAppRepository(node.directory);
    const { principal, secret } = await node.person();
    await node.grant(principal, { scope: scopeOf('app', 'fetch') });
    for (const [what, { version, body }] of Object.entries(fetches)) {
      const headers = ['Connection: close', ...(version === 0 ? [] : [`Git-Protocol: version=${version}`])];
      const said = await rawExchange(node.door.port, [
        gitPost(secret, 'upload-pack', Buffer.concat(body), { headers }),
      ]);
      t.match(said, /ERR sluice: /, what);
      t.notMatch(said, 'refs/heads', what);
    }
    t.strictSame(asked, []);
  },
);

const last = { headers: ['Connection: close'] };

/** An empty pack: the objects are there already. */
const emptyPack = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');

void t.test(
  'what a push does is decided from its own commands, whatever its discovery looked like',
  async (t) => {
    const asked: string[] = [];
    const node = await aGitNode(t, {
      host: { onRequest: ({ method, url }) => asked.push(`${method} ${url}`) },
    });
    await makeAppRepository(node.directory);
    const gitDirectory = `${node.directory}/app.git`;
    const refs = (): string => execFileSync('git', ['-C', gitDirectory, 'for-each-ref']).toString();
    const before = refs();
    const main = execFileSync('git', ['-C', gitDirectory, 'rev-parse', 'main']).toString().trim();
    const { principal, secret } = await node.person();
    const grant = await node.grant(principal, { scope: scopeOf('app', 'push', ['refs/heads/fix/**']) });
    const push = (...commands: string[]): Buffer => {
      const [first = '', ...others] = commands;
      const lines = [
        pktLine(`${first}\0report-status side-band-64k\n`),
        ...others.map((line) => pktLine(line)),
      ];
      return gitPost(secret, 'receive-pack', Buffer.concat([...lines, flushPkt, emptyPack]), last);
    };
    const create = (ref: string): string => `${zero} ${main} ${ref}`;
    const attacks: Readonly<Record<string, Buffer>> = {
      'another ref': push(create('refs/heads/other')),
      'another ref beside a covered one': push(create('refs/heads/fix/a'), create('refs/heads/other')),
      'a delete of another ref': push(`${main} ${zero} refs/heads/main`),
      'one ref twice': push(create('refs/heads/fix/a'), `${main} ${zero} refs/heads/fix/a`),
      'a ref that climbs': push(create('refs/heads/fix/../main')),
      'a ref with a hidden tail': push(`${create('refs/heads/fix/a')}\0${create('refs/heads/main')}`),
      'capabilities on the second line': push(
        create('refs/heads/fix/a'),
        `${create('refs/heads/fix/b')}\0atomic`,
      ),
      'ids of two lengths': push(
        create('refs/heads/fix/a'),
        `${'0'.repeat(64)} ${'b'.repeat(64)} refs/heads/fix/b`,
      ),
      'a second list behind the flush': gitPost(
        secret,
        'receive-pack',
        Buffer.concat([
          ...[pktLine(`${create('refs/heads/fix/a')}\0report-status side-band-64k\n`), flushPkt],
          ...[pktLine(create('refs/heads/other')), flushPkt, emptyPack],
        ]),
        last,
      ),
    };
    for (const [what, bytes] of Object.entries(attacks)) {
      const said = await rawExchange(node.door.port, [gitGet(secret, 'receive-pack'), bytes]);
      t.match(statuses(said), [200, 200], what);
      t.notMatch(said, / ok refs\//, what);
    }
    t.equal(refs(), before, 'no ref of the host moved');
    const [allowed = ''] = [await rawExchange(node.door.port, [push(create('refs/heads/fix/a'))])];
    t.match(allowed, /ok refs\/heads\/fix\/a/, 'and what is covered still passes');
    await node.revoke(grant.id, 'over');
    const late = await rawExchange(node.door.port, [push(create('refs/heads/fix/late'))]);
    t.match(late, /ng refs\/heads\/fix\/late grant/, 'a grant that was there at discovery is not enough');
  },
);

void t.test('discovery of one repository opens no other on its connection', async (t) => {
  const asked: string[] = [];
  const node = await aGitNode(t, { host: { onRequest: ({ url }) => asked.push(url) } });
  await makeAppRepository(node.directory);
  const { principal, secret } = await node.person();
  await node.grant(principal, { scope: scopeOf('app', 'fetch') });
  const headers = ['Git-Protocol: version=2'];
  const said = await rawExchange(node.door.port, [
    gitGet(secret, 'upload-pack', { headers }),
    gitPost(secret, 'upload-pack', Buffer.concat(lsRefs), { name: 'secret', headers }),
    gitPost(
      secret,
      'receive-pack',
      Buffer.concat([pktLine(`${zero} ${id} refs/heads/x\0report-status\n`), flushPkt]),
      last,
    ),
  ]);
  t.match(said, 'no live grant to fetch hub/secret');
  t.match(said, /ng refs\/heads\/x no live grant/);
  t.strictSame(asked, ['/app.git/info/refs?service=git-upload-pack']);
});
