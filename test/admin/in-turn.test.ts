import t from 'tap';
import { inTurn } from '../../admin/in-turn.ts';

void t.test('one runs at a time, and what waits under the same key is done once', async (t) => {
  const turns = inTurn<string>(2);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  const first = turns.run('a', work('first of a'));
  await Promise.resolve();
  const second = turns.run('a', work('second of a'));
  t.not(second, first, 'what has begun may not know what the second wants to see');
  t.equal(turns.run('a', work('third of a')), second);
  const other = turns.run('b', work('of b'));
  t.equal(turns.run('c', work('of c')), undefined, 'too many wait');
  t.strictSame(begun, ['first of a']);
  ends[0]?.();
  t.equal(await first, 'first of a');
  await new Promise(setImmediate);
  ends[1]?.();
  t.equal(await second, 'second of a');
  await new Promise(setImmediate);
  t.strictSame(begun, ['first of a', 'second of a', 'of b']);
  ends[2]?.();
  t.equal(await other, 'of b');
});

void t.test('one that fails does not hold up the next', async (t) => {
  const turns = inTurn<string>(2);
  const broken = turns.run('a', () => Promise.reject(new Error('broken')));
  const next = turns.run('b', async () => 'next');
  await t.rejects(async () => await broken, { message: 'broken' });
  t.equal(await next, 'next');
});
