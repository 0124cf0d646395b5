import t from 'tap';
import { LineSplitter } from '../../gateway/audit/line-splitter.ts';

interface Seen {
  readonly text: string;
  readonly offset: number;
  readonly whole: boolean;
}

function split(chunks: readonly Buffer[], limit = 100): Seen[] {
  const splitter = new LineSplitter(limit);
  const seen = ({ bytes, offset, whole }: { bytes: Buffer; offset: number; whole: boolean }): Seen => ({
    text: bytes.toString('latin1'),
    offset,
    whole,
  });
  const lines = chunks.flatMap((chunk) => splitter.push(chunk).map(seen));
  const tail = splitter.end();
  return tail === undefined ? lines : [...lines, seen(tail)];
}

const text = Buffer.from('one\n\nthree three\nfour');
const whole: readonly Seen[] = [
  { text: 'one', offset: 0, whole: true },
  { text: '', offset: 4, whole: true },
  { text: 'three three', offset: 5, whole: true },
  { text: 'four', offset: 17, whole: false },
];

void t.test('lines come out the same wherever the bytes are cut', async (t) => {
  for (let first = 0; first <= text.length; first += 1) {
    for (let second = first; second <= text.length; second += 1) {
      const chunks = [text.subarray(0, first), text.subarray(first, second), text.subarray(second)];
      t.strictSame(split(chunks), whole, `${first}, ${second}`);
    }
  }
});

void t.test('of a line over the limit the head is given once, and the next line is found', async (t) => {
  const long = Buffer.from(`a\n${'b'.repeat(50)}\nc\n`);
  const found = [
    { text: 'a', offset: 0, whole: true },
    { text: 'b'.repeat(11), offset: 2, whole: false },
    { text: 'c', offset: 53, whole: true },
  ];
  for (let at = 0; at <= long.length; at += 1) {
    t.strictSame(split([long.subarray(0, at), long.subarray(at)], 10), found, `cut at ${at}`);
  }
  t.strictSame(
    split(
      Array.from(long, (byte) => Buffer.of(byte)),
      10,
    ),
    found,
    'byte by byte',
  );
});

void t.test('a line of exactly the limit is whole', async (t) => {
  t.strictSame(split([Buffer.from('0123456789\n')], 10), [{ text: '0123456789', offset: 0, whole: true }]);
});
