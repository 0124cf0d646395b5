import t from 'tap';
import { oneLine } from '../../gateway/grants/one-line.ts';

void t.test('no text moves a cursor, begins a line or turns direction (case K3)', async (t) => {
  t.equal(oneLine('a\r\nremote: fine\u001b[2J\u2028b', 99), 'a remote: fine [2J b');
  t.equal(oneLine('safe\u202egnp.exe\u200b', 99), 'safegnp.exe');
  t.equal(oneLine('half \ud800 of one', 99), 'half  of one');
});

void t.test('a long text is cut at a character, not within one', async (t) => {
  t.equal(oneLine('🔒🔒🔒🔒', 3), '🔒🔒…');
  t.equal(oneLine('🔒🔒🔒', 3), '🔒🔒🔒');
});
