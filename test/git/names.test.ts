import { spawnSync } from 'node:child_process';
import t from 'tap';
import { readGitRoute } from '../../gateway/git/http-route.ts';
import { isRefName } from '../../gateway/git/ref-name.ts';
import { canonicalRepository, readRepositoryPath } from '../../gateway/git/repository-name.ts';
import { protocolVersion } from '../../gateway/git/service.ts';
import { visibleText } from '../../gateway/git/visible-text.ts';
import { randomOf, seedOfRun } from './feeding.ts';

const name = (raw: string, form: 'url' | 'plain' = 'url', folds = false): string | undefined => {
  const read = readRepositoryPath(raw, form);
  return read && canonicalRepository(read, folds).name;
};

void t.test('every spelling that means a repository gives its one name', async (t) => {
  for (const raw of [
    '/hub/org/app',
    'hub/org/app',
    '/hub/org/app.git',
    '/hub/org/app.git/',
    '/hub/org/app//',
    '/hub/org/%61pp',
  ])
    t.equal(name(raw), 'hub/org/app', raw);
  t.equal(name('/hub/org/x.git.git'), 'hub/org/x.git');
  t.equal(name('/hub/org/foo.git-tools'), 'hub/org/foo.git-tools');
  t.equal(name('/hub/.github'), 'hub/.github');
  t.equal(name("/hub/org/it's", 'plain'), "hub/org/it's");
  t.equal(name('/hub/org/caf%C3%A9'), 'hub/org/café');
});

void t.test('a name that walks, hides or breaks is none', async (t) => {
  for (const raw of [
    '',
    '/',
    '/hub',
    '/hub/',
    '/hub/..',
    '/hub/.',
    '/hub/../x',
    '/hub/org/../x',
    '/hub//x',
    '/hub/org//x',
    '/Hub/x',
    '/1hub/x',
    '/hub/-x',
    '/hub/--upload-pack=id',
    '/hub/~root',
    '/hub/%2e%2e/x',
    '/hub/%2E/x',
    '/hub/a%2fb',
    '/hub/a%5cb',
    '/hub/a%00',
    '/hub/a%0a',
    '/hub/a%7f',
    '/hub/a%c2%85',
    '/hub/a%e2%80%ae',
    '/hub/a%ff',
    '/hub/a%',
    '/hub/a%2',
    '/hub/a%zz',
    '/hub/a%252e',
    '/hub/a b',
    '/hub/%20',
    '/hub/a%20',
    '/hub/.git',
    '/hub/org/.git',
    `/hub/${'a'.repeat(256)}`,
    `/hub/${'a/'.repeat(600)}b`,
    '/hub/caf\u00e9',
    '/hub/a%ef%bf%bd',
  ])
    t.equal(name(raw), undefined, raw);
  for (const raw of [
    '/hub/a\\b',
    '/hub/a\u0000',
    '/hub/a\nb',
    '/hub/\u202ea',
    '/hub/..',
    '/hub/a/../../b',
    '/hub/-oProxyCommand=id',
  ])
    t.equal(name(raw, 'plain'), undefined, JSON.stringify(raw));
});

void t.test('a host that folds case makes one name of all; one that does not keeps each', async (t) => {
  for (const raw of ['/hub/Org/App.git', '/hub/ORG/APP', '/hub/org/app.GIT'])
    t.equal(name(raw, 'url', true), 'hub/org/app', raw);
  t.equal(name('/hub/Org/App'), 'hub/Org/App');
  t.equal(name('/hub/cafe%CC%81', 'url', true), name('/hub/caf%C3%A9', 'url', true));
  t.not(name('/hub/cafe%CC%81'), name('/hub/caf%C3%A9'));
});

void t.test('a name read again is the same name', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  const alphabet = 'ab.-_/~%2eE5cG git\\é';
  for (let round = 0; round < 3_000; round += 1) {
    const raw = `/hub/${Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('')}`;
    const first = name(raw, 'plain');
    if (first === undefined) continue;
    t.notMatch(first, /\/\/|\/\.\.?(\/|$)|\\/);
    if (!first.endsWith('.git')) t.equal(name(first, 'plain'), first, raw);
  }
});

const routes: readonly (readonly [string, string, object | undefined])[] = [
  [
    'GET',
    '/hub/a/b.git/info/refs?service=git-upload-pack',
    { kind: 'advertise', service: 'git-upload-pack', repository: '/hub/a/b.git' },
  ],
  [
    'GET',
    '/hub/a/info/refs?x=1&service=git-receive-pack',
    { kind: 'advertise', service: 'git-receive-pack' },
  ],
  ['GET', '/hub/a/info/refs', { kind: 'dumb' }],
  ['GET', '/hub/a/info/refs?service=git-upload-archive', { kind: 'dumb' }],
  ['GET', '/hub/a/info/refs?service=git-upload-pack&service=git-receive-pack', { kind: 'dumb' }],
  ['POST', '/hub/a/info/refs?service=git-upload-pack', { kind: 'wrong-method', allow: 'GET' }],
  [
    'POST',
    '/hub/a.git/git-upload-pack',
    { kind: 'exchange', service: 'git-upload-pack', repository: '/hub/a.git' },
  ],
  ['POST', '/hub/a.git/git-receive-pack', { kind: 'exchange', service: 'git-receive-pack' }],
  ['GET', '/hub/a.git/git-receive-pack', { kind: 'wrong-method', allow: 'POST' }],
  ['POST', '/hub/a.git/git-upload-archive', { kind: 'archive' }],
  ['POST', '/hub/a.git/info/lfs/objects/batch', { kind: 'lfs', repository: '/hub/a.git' }],
  ['GET', '/hub/a.git/HEAD', { kind: 'dumb' }],
  ['GET', '/hub/a.git/objects/pack/x.pack', { kind: 'dumb' }],
  ['GET', '/hub/a.git/config', { kind: 'dumb' }],
  ['GET', '/hub/a', { kind: 'page', repository: '/hub/a' }],
  ['GET', '/hub/a.git/info/refs/', { kind: 'dumb' }],
  ['GET', '/', undefined],
  ['GET', '/api/requests', undefined],
  ['GET', '//hub/a/info/refs?service=git-upload-pack', undefined],
  ['GET', '/other/a/info/refs?service=git-upload-pack', undefined],
  ['GET', 'http://x/hub/a/info/refs?service=git-upload-pack', undefined],
  ['GET', '*', undefined],
];
for (const [method, url, expected] of routes)
  void t.test(
    `${method} ${url} is ${expected === undefined ? 'none of git’s' : JSON.stringify(expected)}`,
    async (t) => {
      const route = readGitRoute(method, url, (upstream) => upstream === 'hub');

      if (expected === undefined) t.equal(route, undefined);
      else t.match(route, expected);
    },
  );

void t.test('ref names are those that git takes under refs/', async (t) => {
  const seed = seedOfRun();
  t.comment(`SEED=${seed}`);
  const random = randomOf(seed);
  const parts = [
    'a',
    'b.c',
    '.a',
    'a.',
    'x.lock',
    '..',
    '@',
    '@{',
    '~',
    '^',
    ':',
    '?',
    '*',
    '[',
    '\\',
    ' ',
    '\x7f',
    '\x01',
    '-',
    'é',
    'lock',
    '{',
    '',
    '/',
  ];
  for (let round = 0; round < 250; round += 1) {
    const candidate = `refs/heads/${Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)]).join(random(2) === 0 ? '/' : '')}`;
    const git = spawnSync('git', ['check-ref-format', candidate]).status === 0;
    t.equal(isRefName(Buffer.from(candidate)), git, JSON.stringify(candidate));
  }
  for (const outside of ['HEAD', 'refs/x', 'heads/a', 'refs', ''])
    t.notOk(isRefName(Buffer.from(outside)), outside);
  t.ok(isRefName(Buffer.from('refs/heads/\xff', 'latin1')), 'bytes that are not UTF-8 are names to git');
});

void t.test('a protocol version is read from well-formed values alone', async (t) => {
  for (const [value, version] of [
    [undefined, 0],
    ['version=2', 2],
    ['version=1', 1],
    ['version=1:version=2', 2],
    ['a:version=2:b=c', 2],
    ['version=9', 0],
    ['version=2;id', 0],
    ['version=2\n', 0],
    ['', 0],
    ['VERSION=2', 0],
    ['version=2'.repeat(99), 0],
  ] as const)
    t.equal(protocolVersion(value), version, String(value));
});

void t.test('text for a terminal moves nothing and turns nothing', async (t) => {
  t.equal(visibleText('a\u001b[2Jb\u202ec\u2028d', 100), 'a\\u{1b}[2Jb\\u{202e}c\\u{2028}d');
  t.equal(visibleText('𝒳'.repeat(10), 5), '𝒳𝒳𝒳𝒳…');
});
