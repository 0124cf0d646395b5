import t from 'tap';
import { noteRefusedSignIns } from '../../admin/refused-sign-ins.ts';
import type { EventDraft } from '../../gateway/store/store.ts';
import { fakeClock } from '../relay/clock.ts';

function aNotebook() {
  const clock = fakeClock();
  const written: EventDraft['body'][] = [];
  const refused = noteRefusedSignIns({
    record: async ({ body }) => void written.push(body),
    onFailed: (error) => {
      throw error;
    },
    after: clock.after,
  });
  return { clock, written, refused };
}

void t.test('the first refusal is written at once, its likes within a minute as one entry', async (t) => {
  const { clock, written, refused } = aNotebook();
  for (let count = 0; count < 1_000; count++)
    refused.note('198.51.100.7', 'credential-refused', 'a sentence');
  refused.note('198.51.100.8', 'credential-refused');
  t.equal(written.length, 2);
  await clock.advance(60_000);
  t.strictSame(written[2], { address: '198.51.100.7', reason: 'credential-refused', count: 999 });
  t.equal(written.length, 3, 'an address that was refused once has no second entry');
  refused.note('198.51.100.7', 'credential-refused');
  t.equal(written.length, 4, 'a new minute begins');
});

void t.test('a flood from many addresses is counted together', async (t) => {
  const { clock, written, refused } = aNotebook();
  for (let at = 0; at < 5_000; at++) refused.note(`10.0.${at >> 8}.${at & 255}`, 'credential-refused');
  t.ok(written.length <= 1_001, `${written.length} entries`);
  await clock.advance(60_000);
  t.match(written.at(-1), { address: 'many', count: 3_999 });
});

void t.test('what is counted is written when the gateway stops', async (t) => {
  const { written, refused } = aNotebook();
  for (let count = 0; count < 3; count++) refused.note('198.51.100.7', 'auth-refused');
  await refused.flush();
  t.match(written, [{}, { count: 2 }]);
});

void t.test('a log that cannot be written keeps nobody waiting', async (t) => {
  const failures: unknown[] = [];
  const refused = noteRefusedSignIns({
    record: async () => {
      throw new Error('disk full');
    },
    onFailed: (error) => failures.push(error),
  });
  refused.note('198.51.100.7', 'auth-refused');
  await refused.flush();
  t.equal(failures.length, 1);
});
