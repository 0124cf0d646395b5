import t from 'tap';
import { durationWords } from '../../gateway/grants/duration-words.ts';

for (const [ms, words] of [
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [90_000, '1 min 30 s'],
  [3_900_000, '1 h 5 min'],
  [7 * 86_400_000, '7 d'],
  [90_061_999, '1 d 1 h 1 min 1 s'],
] as const)
  void t.test(`${ms} ms read ${words}`, async (t) => {
    t.equal(durationWords(ms), words);
  });
