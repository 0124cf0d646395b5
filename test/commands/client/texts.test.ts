import t from 'tap';
import type { Running } from '../../../admin/schemas/operations.ts';
import { lockTarget } from '../../../gateway/commands/client/lock-target.ts';
import { runningLines } from '../../../gateway/commands/client/running-text.ts';
import { bytesText, momentText, spanText } from '../../../gateway/commands/client/shown.ts';
import { table } from '../../../gateway/commands/client/table.ts';

void t.test('a lock’s target is taken for what it surely is, and for nothing else', async (t) => {
  for (const [text, target] of [
    ['everything', { everything: true }],
    ['upstream:everything', { upstream: 'everything' }],
    ['hub/acme/app', { repository: 'hub/acme/app' }],
    ['repository:hub/app', { repository: 'hub/app' }],
    ['P-7F3K9Q2M4X', { principal: 'P-7F3K9Q2M4X' }],
    ['principal:p-7f3k9q2m4x', { principal: 'P-7F3K9Q2M4X' }],
  ] as const)
    t.strictSame(lockTarget(text), target);
  for (const text of [
    'hub',
    'p-7f3k9q2m4x',
    'P-1',
    'principal:dev@demo.example',
    'upstream:',
    '',
    'Everything',
  ])
    t.throws(() => lockTarget(text), { code: 'commander.invalidArgument' }, text);
});

void t.test('every operation that was met has a line, those not confirmed first', async (t) => {
  const at = Date.parse('2026-11-28T14:05:12Z');
  const met = (id: string, right: 'fetch' | 'push') => ({
    id,
    principal: { id: 'P-1', name: 'Dana' },
    repository: 'hub/app',
    right,
    door: 'https' as const,
    node: 'one',
    startedAt: at,
  });
  const running: Running = {
    summary: 'all of it',
    cut: [met('O-1', 'fetch')],
    passedBefore: [
      { ...met('O-2', 'push'), refs: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], passedAt: at },
      { ...met('O-3', 'push'), refs: ['a'], passedAt: at, outcome: 'completed' },
    ],
    ended: [{ ...met('O-4', 'fetch'), outcome: 'client-left' }],
    unconfirmed: [{ ...met('O-5', 'push'), nodeSeenAt: at, endsBy: at + 62_000 }],
  };
  t.strictSame(runningLines(running), [
    'all of it',
    '  NOT CONFIRMED    O-5  push   hub/app  P-1 Dana  node one  last seen 2026-11-28 14:05:12 UTC, over by 2026-11-28 14:06:14 UTC at the latest',
    '  passed before    O-2  push   hub/app  P-1 Dana  node one  at 2026-11-28 14:05:12 UTC: a, b, c, d, e and 2 more, not reported by its host yet',
    '  passed before    O-3  push   hub/app  P-1 Dana  node one  at 2026-11-28 14:05:12 UTC: a, completed',
    '  ended by itself  O-4  fetch  hub/app  P-1 Dana  node one  client-left',
    '  cut              O-1  fetch  hub/app  P-1 Dana  node one',
  ]);
});

void t.test('columns stand under each other, by characters and not by units', async (t) => {
  t.strictSame(table([['a', 'b', ''], ['😀é', '', 'c'], ['xyz']]), ['a    b', '😀é      c', 'xyz']);
});

void t.test('spans, sizes and moments are rounded down to what a person reads', async (t) => {
  for (const [ms, text] of [
    [-1, '0 s'],
    [59_400, '59 s'],
    [61_000, '1 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [172_800_000, '2 d'],
    [180_000_000, '2 d 2 h'],
  ] as const)
    t.equal(spanText(ms), text);
  for (const [bytes, text] of [
    [0, '0 B'],
    [1_536, '1.5 KiB'],
    [1_023_999, '1.0 MiB'],
    [2 ** 40, '1.0 TiB'],
  ] as const)
    t.equal(bytesText(bytes), text);
  t.equal(momentText(0), '1970-01-01 00:00:00 UTC');
  t.equal(momentText(8.64e15 + 1), 'no time');
});
