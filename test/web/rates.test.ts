import t from 'tap';
import type { Operation } from '../../admin/web/src/api/shapes.ts';
import { makeRates } from '../../admin/web/src/now/rates.ts';

const at = (id: string, bytesUp: number, bytesDown: number): Operation =>
  ({ id, bytesUp, bytesDown }) as Operation;

void t.test(
  'a rate is over the last seconds, both ways together, once there is enough to tell',
  async (t) => {
    const rates = makeRates();
    t.strictSame([...rates(0, [at('a', 0, 0)])], []);
    t.strictSame([...rates(3_999, [at('a', 10, 10)])], [], 'a node may not have said anything new yet');
    t.strictSame([...rates(5_000, [at('a', 10_000, 40_000)])], [['a', 10_000]]);
    t.strictSame([...rates(10_000, [at('a', 10_000, 40_000), at('b', 5, 5)])], [['a', 5_000]]);
    t.match([...rates(15_000, [at('a', 10_000, 40_000)])], [['a', 50_000 / 15]]);
    t.strictSame([...rates(20_001, [at('a', 10_000, 40_000)])], [['a', 0]], 'what stands still has none');
  },
);

void t.test('one that went away and came back begins anew', async (t) => {
  const rates = makeRates();
  rates(0, [at('a', 0, 9_000)]);
  rates(5_000, []);
  t.strictSame([...rates(10_000, [at('a', 0, 1)])], []);
});
