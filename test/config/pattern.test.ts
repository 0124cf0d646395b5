import { randomInt } from 'node:crypto';
import t from 'tap';
import { compilePattern, covers, patternFault } from '../../config/pattern.ts';

const conformance: [pattern: string, matching: string[], others: string[]][] = [
  ['hub/acme/app', ['hub/acme/app'], ['hub/acme/app2', 'hub/acme', 'Hub/acme/app', 'hub/acme/app/']],
  ['hub/acme/*', ['hub/acme/app', 'hub/acme/.github'], ['hub/acme/a/b', 'hub/acme', 'hub/acme/']],
  ['hub/acme/**', ['hub/acme/app', 'hub/acme/a/b'], ['hub/acme', 'hub/acme2/a', 'hub/acme/']],
  ['hub/**/app', ['hub/app', 'hub/a/app', 'hub/a/b/app'], ['hub/a/app2', 'hub/a/b']],
  [
    'hub/acme/payments-*',
    ['hub/acme/payments-', 'hub/acme/payments-api'],
    ['hub/acme/payments', 'hub/acme/payments-a/b'],
  ],
  ['**', ['a', 'a/b/c'], ['']],
  ['*/x', ['a/x'], ['x', 'a/b/x']],
  ['**/**/x', ['x', 'a/x', 'a/b/x'], ['x/y']],
  [
    'refs/heads/*-*-z',
    ['refs/heads/a-b-z', 'refs/heads/--z', 'refs/heads/a-b-c-z'],
    ['refs/heads/a-z', 'refs/heads/a-b-zz'],
  ],
  ['refs/heads/a+b(c)|d$.e', ['refs/heads/a+b(c)|d$.e'], ['refs/heads/aab(c)', 'refs/heads/a+b(c)|d$xe']],
  ['refs/heads/**', ['refs/heads/a\u2028b', 'refs/heads/\u202eb', "refs/heads/a'b"], ['refs/tags/a']],
];

void t.test('a pattern matches exactly the names it should', async (t) => {
  for (const [pattern, matching, others] of conformance) {
    const matches = compilePattern(pattern);
    for (const name of matching) t.ok(matches(name), `${pattern} matches ${readable(name)}`);
    for (const name of others) t.notOk(matches(name), `${pattern} does not match ${readable(name)}`);
  }
});

void t.test('a text that could mislead is no pattern', async (t) => {
  const faulty = [
    '',
    '/a',
    'a/',
    'a//b',
    'a/../b',
    './a',
    'a**',
    '**a/b',
    'a?',
    'a[b]',
    'a{b,c}',
    'a\\b',
    'a b',
    'a\nb',
    'a\u2028b',
    'refs/heads/\ufffd',
    `a${'b'.repeat(1_024)}`,
  ];
  for (const text of faulty) {
    t.type(patternFault(text), 'string', readable(text).slice(0, 40));
    t.throws(() => compilePattern(text), RangeError);
  }
});

void t.test('a pattern of many stars takes no noticeable time on a long hostile name', async (t) => {
  const matches = compilePattern(`refs/heads/${'a*'.repeat(60)}b`);
  const startedAt = performance.now();
  t.notOk(matches(`refs/heads/${'a'.repeat(60_000)}`));
  t.ok(performance.now() - startedAt < 1_000);
});

void t.test('the matcher agrees with a regular expression on random patterns and names', async (t) => {
  const seed = randomInt(2 ** 31);
  t.comment(`seed ${seed}`);
  const random = seeded(seed);
  const pick = (of: readonly string[]): string => of[Math.floor(random() * of.length)] ?? '';
  const levels = (parts: readonly string[]): string =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(parts)).join('/');
  for (let round = 0; round < 5_000; round++) {
    const pattern = levels(['a', 'b', '*', 'a*', '*b', '*a*', '**']);
    const name = levels(['a', 'b', 'ab', 'ba', 'aab']);
    t.equal(
      compilePattern(pattern)(name),
      reference(pattern).test(name),
      `${pattern} on ${name}, seed ${seed}`,
    ) || t.bailout();
  }
});

void t.test('covers tells which rule can never be reached', async (t) => {
  const covered = [
    ['hub/acme/**', 'hub/acme/payments-*'],
    ['hub/acme/*', 'hub/acme/a'],
    ['**', 'hub/**'],
    ['hub/**', 'hub/*/x'],
    ['hub/a*', 'hub/ab*'],
    ['hub/**/x', 'hub/x'],
    ['hub/**/x', 'hub/**/y/x'],
  ];
  const reachable = [
    ['hub/acme/*', 'hub/acme/**'],
    ['hub/acme/payments-*', 'hub/acme/**'],
    ['hub/*/*', 'hub/**'],
    ['hub/acme/a', 'hub/acme/*'],
    ['hub/*/x', 'hub/**/x'],
    ['hub/a*b', 'hub/a*'],
  ];
  for (const [broad, narrow] of covered)
    t.ok(covers(broad as string, narrow as string), `${broad} covers ${narrow}`);
  for (const [broad, narrow] of reachable) {
    t.notOk(covers(broad as string, narrow as string), `${broad} does not cover ${narrow}`);
  }
});

function reference(pattern: string): RegExp {
  const levels = pattern.split('/');
  const source = levels.map((level, at) => {
    const last = at === levels.length - 1;
    if (level === '**') return last ? '[^/]+(?:/[^/]+)*' : '(?:[^/]+/)*';
    return level.replaceAll('*', '[^/]*') + (last ? '' : '/');
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

/** Keeps line separators out of the names of assertions, which the TAP stream would take for line ends. */
function readable(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '<U+2028>');
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
