import t from 'tap';
import { takeTurns } from '../../../gateway/relay/ssh/turns.ts';

/** Work that ends when it is told to. */
function someWork(inTurn: ReturnType<typeof takeTurns>) {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    begun,
    begin: (name: string): Promise<string> =>
      inTurn(
        () =>
          new Promise((resolve, reject) => {
            begun.push(name);
            ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
          }),
      ),
    end: (name: string, error?: Error): void => ends.get(name)?.(error),
  };
}

void t.test('what is over the bound begins in the order it came, one for each that ends', async (t) => {
  const { begun, begin, end } = someWork(takeTurns(2));
  const all = ['a', 'b', 'c', 'd'].map(begin);
  t.strictSame(begun, ['a', 'b']);
  end('b');
  t.equal(await all[1], 'b');
  t.strictSame(begun, ['a', 'b', 'c']);
  for (const name of ['a', 'c']) end(name);
  await Promise.all([all[0], all[2]]);
  end('d');
  t.equal(await all[3], 'd');
});

void t.test('what fails gives its turn on', async (t) => {
  const { begun, begin, end } = someWork(takeTurns(1));
  const [first, second] = [begin('a'), begin('b')];
  end('a', new Error('broke'));
  await t.rejects(first, /broke/);
  t.strictSame(begun, ['a', 'b']);
  end('b');
  await second;
  const third = begin('c');
  t.strictSame(begun, ['a', 'b', 'c']);
  end('c');
  await third;
});
