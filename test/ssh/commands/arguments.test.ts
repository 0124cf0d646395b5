import t from 'tap';
import { readArguments, type Shape } from '../../../gateway/ssh/commands/arguments.ts';
import { randomOfRun } from '../../git/feeding.ts';

const shape: Shape = {
  positionals: [
    { name: 'R-…', id: 'R' },
    { name: 'fetch or push', oneOf: ['fetch', 'push'] },
  ],
  options: { for: 'span', reason: 'text', ref: 'words', wait: 'flag-or-span', json: 'flag' },
  required: ['for'],
};

function read(line: string) {
  const args = readArguments(line, shape);
  if (typeof args === 'string') return args;
  return {
    positionals: args.positionals,
    ...Object.fromEntries(
      Object.keys(shape.options)
        .filter((name) => args.has(name))
        .map((name) => [name, args.all(name)]),
    ),
  };
}

const head = ' r-7f3k9q2m4x push --for 1h';

void t.test('a sentence goes on to the next option, as ssh sends it once the quotes are gone', async (t) => {
  for (const [line, reason] of [
    ['--reason fix the release', 'fix the release'],
    ['--reason=fix the release --json', 'fix the release'],
    ["--reason don't, it's (late); $5 & more", "don't, it's (late); $5 & more"],
    ["--reason it's what's needed --wait", "it's what's needed"],
    ['--reason use --force or --format', 'use --force or --format'],
    ['--reason   spaces   around  ', 'spaces   around'],
    [`--reason 'two words' --json`, 'two words'],
    [`--reason "it's \\"late\\"; --for is in here" --json`, `it's "late"; --for is in here`],
    [`--reason 'quoted' and more`, `'quoted' and more`],
    [`--reason 'it'\\''s' --json`, "it's"],
    [`--reason '' --json`, ''],
    ['--reason --json', ''],
    ['--reason', ''],
    ['--reason …', '…'],
  ] as const)
    t.match(read(`${head} ${line}`), { reason: [reason] }, line);
});

void t.test('words, flags and spans', async (t) => {
  t.strictSame(read(`${head} --ref refs/heads/* --ref 'refs/tags/a b' --wait --json`), {
    positionals: ['R-7F3K9Q2M4X', 'push'],
    for: ['1h'],
    ref: ['refs/heads/*', 'refs/tags/a b'],
    wait: [''],
    json: [''],
  });
  t.match(read(`${head} --wait=10m`), { wait: ['10m'] });
  t.match(read('--for=30m --reason why R-7F3K9Q2M4X'), 'R-… is missing', 'a sentence takes what follows');
  t.match(read('--for=30m R-7F3K9Q2M4X push'), { for: ['30m'] });
});

for (const [line, fault] of [
  ['', '--for is missing'],
  ['--for', '--for needs a value'],
  ['--for --json', '--for needs a value'],
  ['--for 1 week', 'duration "1" is not a number with a unit, like 90s, 30m, 2h or 7d'],
  ['--for 1h', 'R-… is missing'],
  ['--for 1h R-7F3K9Q2M4X', 'fetch or push is missing'],
  ['--for 1h R-7F3K9Q2M4X pull', '"pull" is neither fetch nor push'],
  ['--for 1h G-7F3K9Q2M4X push', '"G-7F3K9Q2M4X" is no id of the form R-…'],
  [`${head} more`, '"more" is more than this command takes'],
  [`${head} --for 2h`, '--for is given twice'],
  [`${head} --json=yes`, '--json takes no value'],
  [`${head} --wait=long`, 'duration "long" is not a number with a unit, like 90s, 30m, 2h or 7d'],
  [`${head} --force`, '"--force" is no option of this command'],
  [`${head} -j`, '"-j" is no option of this command'],
  [`${head} --constructor`, '"--constructor" is no option of this command'],
  [`${head} 'x`, /ends inside a quote/],
  [`${head} a;b`, /characters of a shell/],
  [`${head} --reason a\u0007b`, /control character/],
  [`${head} --reason a\nb`, /control character/],
] as const)
  void t.test(`${JSON.stringify(line)} is wrong usage`, async (t) => {
    t.match(read(line), fault);
  });

void t.test('random lines are read without an exception, each within its shape', async (t) => {
  const random = randomOfRun(t);
  const parts = [
    '--for',
    '--reason',
    '--ref',
    '--wait',
    '--json',
    '=',
    ' ',
    ' ',
    "'",
    '"',
    '\\',
    '1h',
    'push',
    'R-7F3K9Q2M4X',
    'x',
    '-',
    '--',
  ];
  for (let i = 0; i < 20_000; i += 1) {
    const line = Array.from({ length: random(14) }, () => parts[random(parts.length)]).join('');
    const args = readArguments(line, shape);
    if (typeof args === 'string') continue;
    if (args.positionals.length !== 2 || !args.has('for')) t.fail(line);
  }
});
