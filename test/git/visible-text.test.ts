import t from 'tap';
import { visibleText } from '../../gateway/git/visible-text.ts';
import { quoted, randomOfRun } from './feeding.ts';

for (const [text, limit, visible] of [
  ['plain, with é and 𝒳', 100, 'plain, with é and 𝒳'],
  ['a\u001b[2Jb', 100, 'a\\u{1b}[2Jb'],
  ['a\r\nb\tc', 100, 'a\\u{d}\\u{a}b\\u{9}c'],
  ['a\u0085b\u2028c\u2029d', 100, 'a\\u{85}b\\u{2028}c\\u{2029}d'],
  ['a\u202eb\u2066c\u200bd\ufeffe', 100, 'a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}e'],
  ['a\u009bb', 100, 'a\\u{9b}b'],
  ['a\ud800b', 100, 'a\\u{d800}b'],
  ['\u{e0041}', 100, '\\u{e0041}'],
  ['𝒳'.repeat(10), 5, '𝒳𝒳𝒳𝒳…'],
  ['abcde', 5, 'abcde'],
  ['abcdef', 5, 'abcd…'],
  ['𝒳'.repeat(5), 5, '𝒳𝒳𝒳𝒳𝒳'],
  ['', 5, ''],
] as const)
  void t.test(`${quoted(text)} in ${limit} is ${quoted(visible)}`, async (t) => {
    t.equal(visibleText(text, limit), visible);
  });

void t.test(
  'whatever comes, no control, format or line-breaking character and no more than the limit leaves',
  async (t) => {
    const random = randomOfRun(t);
    for (let round = 0; round < 500; round += 1) {
      const text = String.fromCodePoint(
        ...Array.from({ length: random(40) }, () => random(random(2) === 0 ? 0x100 : 0x11_0000)),
      );
      const limit = 1 + random(60);
      const visible = visibleText(text, limit);
      t.notMatch(visible, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      t.ok([...visible].length <= limit);
    }
  },
);

void t.test('of a very long text only its beginning is looked at', async (t) => {
  t.equal(visibleText('\u001b'.repeat(50_000_000), 10).length, 10);
});
