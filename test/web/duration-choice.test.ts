import t from 'tap';
import { presets, readSpan, spanText, usualChoice } from '../../admin/web/src/ask/duration-choice.ts';
import { parseDuration } from '../../config/quantities.ts';

const minute = 60_000;
const hour = 60 * minute;

void t.test(
  'no offered span is longer than the rule allows, and the most it allows is among them',
  async (t) => {
    t.strictSame(presets(40_000), [40_000]);
    t.strictSame(presets(20 * minute), [5 * minute, 15 * minute, 20 * minute]);
    t.equal(presets(8 * hour).at(-1), 8 * hour);
    t.ok(presets(8 * hour).length <= 6);
    t.equal(usualChoice(40_000), 40_000);
    t.equal(usualChoice(8 * hour), hour);
  },
);

void t.test('spans are read as people write them', async (t) => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['45m', 45 * minute],
    ['1h30m', 90 * minute],
    ['1 h 30 min', 90 * minute],
    ['1\u00a0h\u00a030\u00a0min', 90 * minute],
    ['90S', 90_000],
    ['1d', 24 * hour],
    ['45', undefined],
    ['0s', undefined],
    ['h', undefined],
    ['1h and more', undefined],
    ['', undefined],
  ];
  for (const [text, spanMs] of cases) t.equal(readSpan(text), spanMs, text);
});

void t.test('a span is sent as the gateway reads it, to the second', async (t) => {
  for (const spanMs of [1_000, 40_000, 90_000, 45 * minute, 90 * minute, 2 * hour, 24 * hour, hour + 1_000])
    t.equal(parseDuration(spanText(spanMs)), spanMs);
});
