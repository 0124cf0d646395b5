import t from 'tap';
import { countdownWords, durationWords, roughWords } from '../../admin/web/src/text/duration-words.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The words with ordinary blanks. */
const plain = (words: string): string => words.replaceAll('\u00a0', ' ');

void t.test('a span is said in its two largest units', async (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, 'under 1 s'],
    [999, 'under 1 s'],
    [45_000, '45 s'],
    [4 * minute + 10_000, '4 min 10 s'],
    [hour, '1 h'],
    [hour + 20 * minute, '1 h 20 min'],
    [hour + 59_000, '1 h'],
    [27 * hour, '1 d 3 h'],
    [24 * hour, '1 d'],
  ];
  for (const [spanMs, words] of cases) t.equal(plain(durationWords(spanMs)), words);
});

void t.test('an age is said in one unit and is never negative', async (t) => {
  t.equal(plain(roughWords(-5)), '0 s');
  t.equal(plain(roughWords(59_999)), '59 s');
  t.equal(plain(roughWords(90 * minute)), '1 h');
  t.equal(plain(roughWords(50 * hour)), '2 d');
});

void t.test('a countdown keeps its width and shows no nought while time is left', async (t) => {
  t.equal(plain(countdownWords(hour + 4_000)), '1 h 00 min 04 s');
  t.equal(plain(countdownWords(19 * minute + 4_000)), '19 min 04 s');
  t.equal(plain(countdownWords(9_000)), '9 s');
  t.equal(plain(countdownWords(1)), '1 s');
  t.equal(plain(countdownWords(minute - 1)), '1 min 00 s');
});

void t.test('a line never breaks between a number and its unit', async (t) => {
  t.notMatch(durationWords(hour + 20 * minute), /\d [a-z]/);
  t.notMatch(countdownWords(hour + 20 * minute), /\d [a-z]/);
});
