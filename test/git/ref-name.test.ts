import { spawnSync } from 'node:child_process';
import t from 'tap';
import { isRefName } from '../../gateway/git/ref-name.ts';
import { quoted, randomOfRun } from './feeding.ts';

for (const name of [
  'refs/heads/a',
  'refs/heads/a/b/c',
  'refs/tags/v1.0',
  'refs/notes/commits',
  'refs/heads/-a',
  'refs/heads/@',
  'refs/heads/a@b',
  'refs/heads/a{',
  'refs/heads/a./b',
  'refs/heads/lock',
  'refs/heads/a.lockx',
  'refs/heads/=cmd|x',
  'refs/heads/<img/src=x/onerror=alert(1)>',
  `refs/heads/a'b"c`,
  'refs/heads/\xff',
  'refs/heads/\xc2\x85',
])
  void t.test(`${quoted(name)} is a name a ref can have`, async (t) => {
    t.ok(isRefName(Buffer.from(name, 'latin1')));
  });

for (const name of [
  '',
  'HEAD',
  'refs',
  'refs/',
  'refs/x',
  'refs/heads',
  'refs/heads/',
  'heads/a',
  '/refs/heads/a',
  'Refs/heads/a',
  'refs//heads/a',
  'refs/heads//a',
  'refs/heads/a/',
  'refs/heads/.a',
  'refs/heads/.lock',
  'refs/heads/a.lock',
  'refs/heads/a.lock/b',
  'refs/heads/a.',
  'refs/heads/a..b',
  'refs/heads/..',
  'refs/../heads/a',
  'refs/heads/a@{b',
  'refs/heads/a b',
  'refs/heads/a\tb',
  'refs/heads/a\nb',
  'refs/heads/a\0b',
  'refs/heads/a\x7f',
  'refs/heads/a~',
  'refs/heads/a^',
  'refs/heads/a:b',
  'refs/heads/a?',
  'refs/heads/*',
  'refs/heads/[a',
  'refs/heads/a\\b',
  `refs/heads/${'a'.repeat(4_096)}`,
])
  void t.test(`${quoted(name.slice(0, 60))} is none`, async (t) => {
    t.notOk(isRefName(Buffer.from(name, 'latin1')));
  });

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
  'ÿ',
];

void t.test('git’s own check says the same of hundreds of names', async (t) => {
  const random = randomOfRun(t);
  const names = Array.from({ length: 300 }, () => {
    const chosen = Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)]);
    return `refs/heads/${chosen.join(random(2) === 0 ? '/' : '')}`;
  });
  // One shell for all: NUL parts the names, and none holds one.
  const script = 'for name do git check-ref-format "$name" && printf 1 || printf 0; done';
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...names], { encoding: 'latin1' });

  t.equal(stdout.length, names.length);
  for (const [at, name] of names.entries())
    t.equal(isRefName(Buffer.from(name)), stdout[at] === '1', quoted(name));
});
