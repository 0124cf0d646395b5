import t from 'tap';
import { timeText } from '../../gateway/grants/time-text.ts';

const now = Date.UTC(2026, 10, 25, 12);

for (const [at, text] of [
  [Date.UTC(2026, 10, 25, 14, 5, 59, 999), '14:05 UTC'],
  [Date.UTC(2026, 10, 25), '00:00 UTC'],
  [Date.UTC(2026, 10, 26), '00:00 UTC tomorrow'],
  [Date.UTC(2026, 10, 24, 23, 59), '23:59 UTC yesterday'],
  [Date.UTC(2026, 10, 28, 9), '09:00 UTC on 2026-11-28'],
] as const)
  void t.test(`${new Date(at).toISOString()} reads "${text}" (case J7)`, async (t) => {
    t.equal(timeText(at, now), text);
  });
