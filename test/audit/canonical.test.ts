import t from 'tap';
import { countCanonicalKeys } from '../../gateway/audit/canonical.ts';
import { ascii } from '../../gateway/audit/line.ts';
import { seeded } from './logs.ts';

/** What canonical means: the text that comes out when what was read is written again. */
const written = (value: unknown): string => ascii(JSON.stringify(value));

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, item) => sum + keysOf(item), 0);
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** Whether numbers and keys are such as a line may hold; others are refused before. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return keys.every((key) => /^[a-z]\w*$/.test(key)) && Object.values(value).every(isPlain);
}

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\\\',
  '\\"',
  '\\u00e9',
  '\\u00E9',
  '\\u0041',
  '\\u000a',
  '\\n',
  '\\/',
  '\\b',
  '\\u0008',
  '\\u001f',
  '\\u007f',
  '\\u007e',
  '\\ud83d\\ude00',
  '\\ud800',
  ' ',
  'true',
  'false',
  'null',
  '0',
  '-0',
  '-',
  '1',
  '10',
  '1e3',
  '1E3',
  '1.0',
  '-5',
  '9007199254740991',
  '"a":',
  '"k0":1,',
  '"k1":null,',
  '"b":',
  '"a":1',
  'e',
  'x',
];

void t.test('a text is canonical exactly if writing what was read gives it again', async (t) => {
  const { seed, next } = seededNumbers();
  t.comment(`seed ${seed}`);
  let canonical = 0;
  let other = 0;
  for (let round = 0; round < 60_000; round += 1) {
    const text = changed(written(aValue(next, 0)), next);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    if (!isPlain(value) || /[^\x20-\x7e]/.test(text)) continue;
    const is = written(value) === text;
    if (is) canonical += 1;
    else other += 1;
    if ((countCanonicalKeys(text) === keysOf(value)) !== is) {
      t.fail(
        `${JSON.stringify(text)} is ${is ? '' : 'not '}canonical; ${countCanonicalKeys(text)} keys, ${keysOf(value)} read`,
      );
      return;
    }
  }
  t.ok(canonical > 5_000 && other > 500, `${canonical} canonical, ${other} others`);
});

/** A value with everything that lines hold. */
function aValue(next: (below: number) => number, depth: number): unknown {
  const kind = next(depth > 3 ? 5 : 7);
  if (kind === 0) return next(2) === 0;
  if (kind === 1) return null;
  if (kind === 2) return next(2_000_000) - 1_000_000;
  if (kind <= 4) return Array.from({ length: next(6) }, () => aCharacter(next)).join('');
  if (kind === 5) return Array.from({ length: next(4) }, () => aValue(next, depth + 1));
  return Object.fromEntries(Array.from({ length: next(5) }, (_, at) => [`k${at}`, aValue(next, depth + 1)]));
}

function aCharacter(next: (below: number) => number): string {
  const from = [0x20, 0x00, 0x7e, 0xd7f0, 0x2020][next(5)] ?? 0;
  return String.fromCharCode(from + next(0x50));
}

/** The text as it is, or with a piece put into it, taken out of it or put in the place of another. */
function changed(text: string, next: (below: number) => number): string {
  if (next(5) === 0) return text;
  const at = next(text.length + 1);
  const piece = pieces[next(pieces.length)] ?? '';
  return text.slice(0, at) + piece + text.slice(at + next(4));
}

function seededNumbers() {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  return { seed, next: seeded(seed) };
}
