import t from 'tap';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../config/quantities.ts';

void t.test('a span is a number with its unit', async (t) => {
  const spans: [string, number][] = [
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ];
  for (const [text, spanMs] of spans) t.equal(parseDuration(text), spanMs, text);
  for (const text of [
    '',
    '90',
    's',
    '1.5h',
    '-1s',
    '1h30m',
    '1 h',
    '1H',
    '1w',
    '12345678s',
    '1e3s',
    '\u0661s',
    '1s\n',
  ]) {
    t.throws(() => parseDuration(text), RangeError, JSON.stringify(text));
  }
});

void t.test('a size is a number with its unit', async (t) => {
  const sizes: [string, number][] = [
    ['1B', 1],
    ['512KiB', 524_288],
    ['1MiB', 1_048_576],
    ['2GiB', 2_147_483_648],
  ];
  for (const [text, bytes] of sizes) t.equal(parseSize(text), bytes, text);
  for (const text of ['', '1', '1kb', '1MB', '1.5MiB', '-1B', '1mib'])
    t.throws(() => parseSize(text), RangeError, text);
});

void t.test('what is written is read back', async (t) => {
  for (const spanMs of [0, 1, 999, 1_000, 61_000, 5_400_000, 86_400_000, 90_000_000]) {
    t.equal(parseDuration(formatDuration(spanMs)), spanMs);
  }
  for (const bytes of [0, 1, 1_023, 1_024, 1_536, 1_048_576, 1_073_741_824])
    t.equal(parseSize(formatSize(bytes)), bytes);
});
