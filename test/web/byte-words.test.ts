import t from 'tap';
import { byteWords } from '../../admin/web/src/text/byte-words.ts';

void t.test('bytes are said in the unit that leaves few digits', async (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [1_023, '1023 bytes'],
    [1_024, '1.0 KiB'],
    [10_200, '10 KiB'],
    [1_048_064, '1.0 MiB'],
    [1_048_575, '1.0 MiB'],
    [1_468_006, '1.4 MiB'],
    [327_155_712, '312 MiB'],
    [5 * 2 ** 40, '5.0 TiB'],
    [5_000 * 2 ** 40, '5000 TiB'],
  ];
  for (const [bytes, words] of cases) t.equal(byteWords(bytes).replaceAll('\u00a0', ' '), words);
});
