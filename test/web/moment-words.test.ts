import t from 'tap';
import { momentWords, zoneName } from '../../admin/web/src/text/moment-words.ts';

const at = Date.parse('2026-11-26T08:35:07Z');
const hour = 3_600_000;

void t.test(
  'a moment is shown in the zone of its viewer, the zone named, with UTC beside it (J7)',
  async (t) => {
    t.strictSame(momentWords(at, at, 'Asia/Kolkata'), {
      clock: '14:05',
      zone: 'IST',
      day: 'today',
      utc: '2026-11-26 08:35:07 UTC',
      utcClock: '08:35',
    });
    t.match(momentWords(at, at, 'UTC'), { clock: '08:35', zone: 'UTC' });
    t.match(momentWords(at, at, 'America/St_Johns', true), {
      clock: '05:05:07',
      zone: 'NST',
      utcClock: '08:35:07',
    });
  },
);

void t.test('the zone’s name follows daylight saving, and a zone without a name is its offset', async (t) => {
  t.equal(zoneName(Date.parse('2026-07-01T12:00:00Z'), 'America/St_Johns'), 'NDT');
  t.equal(zoneName(Date.parse('2026-12-01T12:00:00Z'), 'America/St_Johns'), 'NST');
  t.equal(zoneName(at, 'Europe/Berlin'), 'CET');
  t.equal(zoneName(at, 'Asia/Kathmandu'), 'GMT+5:45');
});

void t.test('midnight is 00:00, never 24:00', async (t) => {
  t.equal(momentWords(Date.parse('2026-11-26T00:00:00Z'), at, 'UTC').clock, '00:00');
});

void t.test('another day than today’s is named', async (t) => {
  t.equal(momentWords(at + 16 * hour, at, 'UTC').day, 'tomorrow');
  t.equal(momentWords(at - 9 * hour, at, 'UTC').day, 'yesterday');
  t.equal(momentWords(at + 72 * hour, at, 'UTC').day, 'Sun 29 Nov');
  t.equal(momentWords(at + 60 * 24 * hour, at, 'UTC').day, 'Mon 25 Jan 2027');
});

void t.test('days are those of the zone, also on the days its clocks change', async (t) => {
  // In St John’s the clocks went back on 2026-11-01 at 02:00: that day has 25 hours.
  const evening = Date.parse('2026-11-01T23:30:00-03:30');
  const nextNoon = Date.parse('2026-11-02T12:00:00-03:30');
  t.equal(momentWords(nextNoon, evening, 'America/St_Johns').day, 'tomorrow');
  t.equal(momentWords(Date.parse('2026-11-01T00:10:00-02:30'), evening, 'America/St_Johns').day, 'today');
});
