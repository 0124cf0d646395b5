import t from 'tap';
import { oneLine } from '../../admin/web/src/text/one-line.ts';
import { visibleString, visibleText } from '../../admin/web/src/text/visible-text.ts';

void t.test('what hides, reorders or breaks is written out (K3)', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['a\u202eb', 'a\\u202Eb'],
    ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
    ['\u061c\u200e\u200f', '\\u061C\\u200E\\u200F'],
    ['a\u0000\u001b[31mb', 'a\\u0000\\u001B[31mb'],
    ['a\u0085b\u009bc', 'a\\u0085b\\u009Bc'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['ad\u00admin', 'ad\\u00ADmin'],
    ['zero\u200bwidth\u2060\ufeff', 'zero\\u200Bwidth\\u2060\\uFEFF'],
    ['no\u00a0break\u3000', 'no\\u00A0break\\u3000'],
    ['fill\u3164\u115f\uffa0\u2800', 'fill\\u3164\\u115F\\uFFA0\\u2800'],
    ['tag\u{e0041}', 'tag\\u{E0041}'],
    ['half\ud800', 'half\\uD800'],
    ['private\ue000', 'private\\uE000'],
    ['line\r\nfeed\ttab', 'line\\u000D\\u000Afeed\\u0009tab'],
    ['v\ufe0fs', 'v\\uFE0Fs'],
  ];
  for (const [text, shown] of cases) t.equal(visibleString(text), shown);
});

void t.test('what people write is left alone', async (t) => {
  for (const text of [
    'Zoë Müller-Łukasz',
    '山田 太郎',
    'עברית',
    'العربية',
    '<b>bold</b> & "x"',
    'a’b',
    '👩‍💻 ❤️ 👍🏽 🇩🇪',
    'e\u0301',
  ])
    t.equal(visibleString(text), text);
});

void t.test('marks heaped on one letter are written out from the fifth on', async (t) => {
  t.equal(visibleString(`a${'\u0301'.repeat(6)}`), `a${'\u0301'.repeat(4)}\\u0301\\u0301`);
});

void t.test(
  'line breaks stay where the layout keeps them, and become blanks where there is one line',
  async (t) => {
    t.strictSame(visibleText('a\n\tb\r', { lines: true }), [
      { kind: 'plain', text: 'a\n\tb' },
      { kind: 'escape', text: '\\u000D' },
    ]);
    t.equal(oneLine(' a\r\n\r\nb\tc ', 10), 'a b c');
    t.equal(oneLine('abcdef', 4), 'abc…');
    t.equal(oneLine('👍👍👍👍👍', 4), '👍👍👍…');
  },
);

void t.test('nothing hidden is ever plain, and nothing of the text is lost', async (t) => {
  const seed = Date.now() % 1_000_000;
  t.comment(`seed ${seed}`);
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const alphabet = [
    'a',
    '<',
    '\\',
    'u202E',
    '\u202e',
    '\u0000',
    '\n',
    '👩',
    '\u200d',
    '💻',
    '\ufe0f',
    '\ud800',
    '\u0301',
    '\u{e0041}',
    ' ',
  ];
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('');
    const stretches = visibleText(text);
    const back = stretches
      .map(({ kind, text: shown }) =>
        kind === 'plain'
          ? shown
          : String.fromCodePoint(Number.parseInt(shown.replaceAll(/[\\u{}]/g, ''), 16)),
      )
      .join('');
    const isHidden = stretches.some(
      ({ kind, text: shown }) => kind === 'plain' && /[\u202e\u0000\n\u{e0041}]/u.test(shown),
    );
    if (back !== text || isHidden) t.fail(JSON.stringify(text));
  }
  t.pass();
});
