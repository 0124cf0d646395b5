import t from 'tap';
import { localInput, momentOfInput } from '../../admin/web/src/audit/local-input.ts';

void t.test('what the field shows for a moment is that moment again', async (t) => {
  for (const moment of ['2026-11-25T14:05:00Z', '2026-03-29T01:30:07Z', '1999-12-31T23:59:59Z'])
    t.equal(momentOfInput(localInput(moment)), moment);
  t.equal(momentOfInput(localInput(String(Date.UTC(2026, 10, 25, 14, 5)))), '2026-11-25T14:05:00Z');
});

void t.test('the zone of a moment is its own, and that of the field the viewer’s', async (t) => {
  t.equal(localInput('2026-11-25T14:05:00+05:30'), localInput('2026-11-25T08:35:00Z'));
  t.match(localInput('2026-11-25T14:05Z'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:00$/);
});

void t.test('what is no moment is nothing', async (t) => {
  t.strictSame([localInput(undefined), localInput('yesterday')], ['', '']);
  t.strictSame([momentOfInput(''), momentOfInput('soon')], [undefined, undefined]);
});
