import t from 'tap';
import { fullRefName, isRefName } from '../../admin/web/src/ask/ref-name.ts';

void t.test('a branch’s bare name is completed, and nothing else', async (t) => {
  t.equal(fullRefName(' main '), 'refs/heads/main');
  t.equal(fullRefName('fix/refs/a'), 'refs/heads/fix/refs/a');
  t.equal(fullRefName('refs/tags/v1'), 'refs/tags/v1');
  t.equal(fullRefName(' '), '');
});

void t.test('what git takes for the name of a ref is one, a pattern or a slip is none', async (t) => {
  for (const name of ['main', 'fix/größe', 'v1.2', 'a@b', 'refs/tags/v1', 'refs/notes/commits', '-x'])
    t.ok(isRefName(fullRefName(name)), name);
  for (const name of [
    '',
    'refs/',
    'refs/heads',
    'refs/heads/',
    'fix/**',
    'a b',
    'a..b',
    'a:b',
    'a~1',
    'HEAD^',
    'a//b',
    '/a',
    'a/',
    'a.',
    '.a',
    'a/.b',
    'a.lock',
    'a@{1}',
    'a[b',
    'a\\b',
    'a\u0007b',
  ])
    t.notOk(isRefName(fullRefName(name)), name);
});
