import t from 'tap';
import { canonicalRepository, readRepositoryPath } from '../../gateway/git/repository-name.ts';
import { quoted, randomOfRun } from './feeding.ts';

function nameOf(raw: string, form: 'url' | 'plain' = 'url', folds = false): string | undefined {
  const read = readRepositoryPath(raw, form);
  return read && canonicalRepository(read, folds).name;
}

for (const [raw, name] of [
  ['/hub/org/app', 'hub/org/app'],
  ['hub/org/app', 'hub/org/app'],
  ['/hub/org/app.git', 'hub/org/app'],
  ['/hub/org/app/', 'hub/org/app'],
  ['/hub/org/app.git/', 'hub/org/app'],
  ['/hub/org/app//', 'hub/org/app'],
  ['/hub/org/%61pp', 'hub/org/app'],
  ['/hub/org/app%2egit', 'hub/org/app'],
  ['/hub/app', 'hub/app'],
  ['/hub/a/b/c/d', 'hub/a/b/c/d'],
  ['/hub/org/x.git.git', 'hub/org/x.git'],
  ['/hub/org/foo.git-tools', 'hub/org/foo.git-tools'],
  ['/hub/org/app.GIT', 'hub/org/app.GIT'],
  ['/hub/.github', 'hub/.github'],
  ['/hub/...', 'hub/...'],
  ['/hub/org/caf%C3%A9', 'hub/org/café'],
  ['/hub/a%20b', 'hub/a b'],
  ['/hub/a+b', 'hub/a+b'],
  ['/hub/a~1', 'hub/a~1'],
  ['/hub/objects', 'hub/objects'],
  ['/hub/info/refs', 'hub/info/refs'],
] as const)
  void t.test(`${raw} is ${name}`, async (t) => {
    t.equal(nameOf(raw), name);
  });

// What walks, hides, breaks, is read twice, or leads inside a repository.
for (const raw of [
  '',
  '/',
  '/hub',
  '/hub/',
  '/hub/..',
  '/hub/.',
  '/hub/../x',
  '/hub/org/../x',
  '/hub/org/./x',
  '/hub//x',
  '/hub/org//x',
  '//hub/x',
  '/Hub/x',
  '/1hub/x',
  '/-hub/x',
  '/%68ub%2fx/y',
  '/hub/-x',
  '/hub/--upload-pack=id',
  '/hub/~root',
  '/hub/%7eroot',
  '/hub/%2dx',
  '/hub/%2e%2e/x',
  '/hub/%2E%2E/x',
  '/hub/.%2e/x',
  '/hub/%2E/x',
  '/hub/x/%2e%2e',
  '/hub/a%2fb',
  '/hub/a%2Fb',
  '/hub/a%5cb',
  '/hub/a\\b',
  '/hub/a%00',
  '/hub/a%0a',
  '/hub/a%0d',
  '/hub/a%7f',
  '/hub/a%c2%85',
  '/hub/a%e2%80%ae',
  '/hub/a%e2%80%8b',
  '/hub/a%ef%bb%bf',
  '/hub/a%ff',
  '/hub/a%c0%ae',
  '/hub/%c0%ae%c0%ae/x',
  '/hub/%e0%80%ae',
  '/hub/%ed%a0%80',
  '/hub/a%f4%90%80%80',
  '/hub/a%',
  '/hub/a%2',
  '/hub/a%zz',
  '/hub/a%u002e',
  '/hub/a%252e',
  '/hub/a%25',
  '/hub/a b',
  '/hub/%20',
  '/hub/a%20',
  '/hub/%20a',
  '/hub/a%c2%a0b',
  '/hub/a%e3%80%80b',
  '/hub/caf\u00e9',
  '/hub/a%ef%bf%bd',
  '/hub/app.git;x',
  '/hub/app;.git',
  '/hub/app%3bx',
  '/hub/..;/x',
  '/hub/a%3fb',
  '/hub/a%23b',
  '/hub/a#b',
  '/hub/a?b',
  '/hub/a%cd%beb',
  '/hub/app.git::$INDEX_ALLOCATION',
  '/hub/a%3ab',
  '/hub/...git',
  '/hub/..git',
  '/hub/org/...git/',
  '/hub/...git.git',
  '/hub/...GIT',
  '/hub/org/%2e%2e.git',
  '/hub/.git',
  '/hub/.GIT',
  '/hub/org/.git',
  '/hub/org/.git/',
  '/hub/org/.git.git',
  '/hub/org/.Git.git',
  '/hub/org/.git/x',
  '/hub/app.git/x',
  '/hub/app.git/worktrees/x',
  '/hub/app.GIT/x',
  '/hub/app.git/info/refs',
  '/hub/app.git/.git',
  `/hub/${'a'.repeat(256)}`,
  `/hub/${'%61'.repeat(2_000)}`,
  `/hub/${'a/'.repeat(600)}b`,
  `/hub/${'a/'.repeat(32_000)}b`,
])
  void t.test(`${quoted(raw.slice(0, 60))} is no repository’s name`, async (t) => {
    t.equal(nameOf(raw), undefined);
  });

void t.test('behind an SSH command a name is as it stands, without percent signs', async (t) => {
  t.equal(nameOf("/hub/org/it's", 'plain'), "hub/org/it's");
  t.equal(nameOf('/hub/café.git', 'plain'), 'hub/café');
  t.equal(nameOf('hub/a b', 'plain'), 'hub/a b');
  for (const raw of [
    '/hub/a\\b',
    '/hub/a\u0000',
    '/hub/a\nb',
    '/hub/\u202ea',
    '/hub/\u2028a',
    '/hub/a\ud800',
    '/hub/..',
    '/hub/a/../../b',
    '/hub/app.git/../secret.git',
    '/../../etc',
    '~root/x',
    '--upload-pack=id',
    '/hub/-oProxyCommand=id',
    '/hub/a%2e',
    '/hub/a\u037eb',
    '/hub/a\ufffd',
    'a/'.repeat(32_768),
  ])
    t.equal(nameOf(raw, 'plain'), undefined, quoted(raw.slice(0, 60)));
});

void t.test('a host that folds case makes one name of all; one that does not keeps each', async (t) => {
  for (const raw of [
    '/hub/Org/App.git',
    '/hub/ORG/APP',
    '/hub/org/app.GIT',
    '/hub/org/app.Git.git',
    '/hub/org/app.git.GIT',
  ])
    t.equal(nameOf(raw, 'url', true), 'hub/org/app', raw);
  t.equal(nameOf('/hub/Org/App'), 'hub/Org/App');
  t.not(nameOf('/hub/a.git'), nameOf('/hub/A.git'));
});

void t.test(
  'composed and decomposed letters are one name where the host folds, and two where it does not',
  async (t) => {
    t.equal(nameOf('/hub/cafe%CC%81', 'url', true), 'hub/café');
    t.equal(nameOf('/hub/caf%C3%A9', 'url', true), 'hub/café');
    t.not(nameOf('/hub/cafe%CC%81'), nameOf('/hub/caf%C3%A9'));
  },
);

void t.test('a name read again is the same name, and none has a part that walks or separates', async (t) => {
  const random = randomOfRun(t);
  const parts = [
    'a',
    'B',
    '.',
    '-',
    '_',
    '/',
    '~',
    '%2e',
    '%',
    ';',
    ':',
    ' ',
    '\\',
    'é',
    'e\u0301',
    'İ',
    '\u212a',
    '\u037e',
    '\u1fef',
    '.git',
    '.GIT',
    '..',
    '\u200b',
  ];
  for (let round = 0; round < 5_000; round += 1) {
    const raw = `/hub/${Array.from({ length: 1 + random(7) }, () => parts[random(parts.length)]).join('')}`;
    for (const folds of [true, false]) {
      const first = nameOf(raw, 'plain', folds);
      if (first === undefined) continue;
      t.notMatch(first, /\/\/|\/\.\.?(\/|$)|[\\;:%\u200b]|\.git\//i);
      if (!first.endsWith('.git')) t.equal(nameOf(first, 'plain', folds), first, quoted(raw));
      const url = `/${first.split('/').map(encodeURIComponent).join('/')}.git`;
      t.equal(nameOf(url, 'url', folds), first, quoted(raw));
    }
  }
});
