import picomatch from 'picomatch';
import t from 'tap';
import { allWithin, intersection, matchesAny } from '../../gateway/grants/pattern.ts';
import { createRandom, newSeed } from './random.ts';

const seed = newSeed();
const random = createRandom(seed);
const one = (list: readonly string[]): string => list[random(list.length)] ?? '';
const levels = ['a', 'b', '*', '**', 'a*', '*a', 'a*b', '*a*', 'ab'];
const aPattern = (): string => Array.from({ length: 1 + random(4) }, () => one(levels)).join('/');
const names = Array.from({ length: 200 }, () =>
  Array.from({ length: 1 + random(5) }, () => one(['a', 'b', 'ab', 'ba', 'aab', '.x'])).join('/'),
);

void t.test('* stays within a level, ** crosses levels and wants one at the end', async (t) => {
  t.ok(matchesAny(['refs/heads/*'], 'refs/heads/fix'));
  t.notOk(matchesAny(['refs/heads/*'], 'refs/heads/fix/1'));
  t.ok(matchesAny(['refs/tags/*', 'refs/heads/**'], 'refs/heads/fix/1'));
  t.notOk(matchesAny(['refs/heads/**'], 'refs/heads'));
  t.notOk(matchesAny(['refs/heads/main'], 'refs/heads/Main'), 'case counts');
});

void t.test('characters that other pattern languages know stand for themselves', async (t) => {
  t.ok(matchesAny(['refs/heads/(a|b)'], 'refs/heads/(a|b)'));
  t.notOk(matchesAny(['refs/heads/(a|b)'], 'refs/heads/a'));
  t.notOk(matchesAny(['refs/heads/!(a)', 'refs/heads/+(a)', 'refs/heads/@(a)'], 'refs/heads/a'));
  for (const none of ['refs/heads/{a,b}', 'refs/heads/[ab]', 'refs/heads/?', ''])
    t.notOk(matchesAny([none], 'refs/heads/a'), none);
});

void t.test('matching agrees with picomatch on names both know', async (t) => {
  t.comment(`SEED=${seed}`);
  const options = { dot: true, nobrace: true, noextglob: true, nonegate: true, strictSlashes: true };
  for (let round = 0; round < 300; round += 1) {
    const pattern = aPattern();
    const theirs = picomatch(pattern, options);
    const apart = names.find((name) => theirs(name) !== matchesAny([pattern], name));
    if (apart !== undefined) t.fail(`${pattern} on ${apart}`);
  }
});

void t.test('what is within never matches more, and an intersection never more than either', async (t) => {
  t.comment(`SEED=${seed}`);
  let found = 0;
  for (let round = 0; round < 3_000; round += 1) {
    const narrow = [aPattern(), aPattern()];
    const wide = [aPattern(), aPattern()];
    const both = intersection(narrow, wide);
    const isWithin = allWithin(narrow, wide);
    if (isWithin) found += 1;
    for (const name of names) {
      if (isWithin && matchesAny(narrow, name) && !matchesAny(wide, name))
        t.fail(`${narrow} in ${wide}: ${name}`);
      if (matchesAny(both, name) && !(matchesAny(narrow, name) && matchesAny(wide, name)))
        t.fail(`${narrow} and ${wide}: ${name}`);
    }
  }
  t.ok(found > 20, `${found} pairs were within`);
});

void t.test('the common part of two lists is the narrower of each pair', async (t) => {
  t.strictSame(intersection(['refs/heads/**'], ['refs/heads/fix/*', 'refs/tags/*']), ['refs/heads/fix/*']);
  t.strictSame(intersection(['refs/heads/a', 'refs/heads/*'], ['refs/heads/**']), ['refs/heads/*']);
  t.strictSame(intersection(['refs/heads/a*'], ['refs/heads/*b']), [], 'what merely overlaps is left out');
});

void t.test('a pattern of many stars is answered at once', async (t) => {
  const before = performance.now();
  matchesAny(
    [`refs/heads/${'a*'.repeat(80)}b`, `refs/${'**/a/'.repeat(40)}b`],
    `refs/heads/${'a/'.repeat(100)}${'a'.repeat(100)}`,
  );
  t.ok(performance.now() - before < 500);
});
