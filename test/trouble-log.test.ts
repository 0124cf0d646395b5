import t from 'tap';
import { troubleLog } from '../gateway/trouble-log.ts';

void t.test('the same trouble is told at once, then counted for ten seconds', async (t) => {
  let now = 0;
  const told: unknown[] = [];
  const onTrouble = troubleLog({ warn: (fields: unknown) => void told.push(fields) } as never, () => now);
  for (let i = 0; i < 100; i += 1) {
    onTrouble('store', { cause: new Error('away') });
    now += 90;
  }
  onTrouble('store', { cause: new Error('another') });
  t.equal(told.length, 2);
  now += 1_000;
  onTrouble('store', { cause: new Error('away') });
  t.match(told[2], { before: 99 });
});
