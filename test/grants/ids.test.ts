import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createIds, parseId } from '../../gateway/grants/ids.ts';

void t.test('an id is its prefix and Crockford digits, from every byte value', async (t) => {
  const every = Array.from({ length: 256 }, (_, byte) =>
    createIds((length) => new Uint8Array(length).fill(byte))('R'),
  );

  t.equal(new Set(every).size, 32);
  for (const id of every) t.match(id, /^R-[0-9A-HJKMNP-TV-Z]{10}$/);
  t.match(createIds(randomBytes)('O'), /^O-[0-9A-HJKMNP-TV-Z]{12}$/, 'operations are many more');
});

void t.test('an id is read back as people type it', async (t) => {
  for (const typed of ['R-7F3K9Q2M10', 'r-7f3k9q2m10', ' R-7F3K9Q2MIO ', 'r7f3k9q2mlo'])
    t.equal(parseId(typed, 'R'), 'R-7F3K9Q2M10', typed);
});

void t.test('what is no id of that prefix is none', async (t) => {
  for (const typed of [
    '',
    'R-',
    'G-7F3K9Q2M10',
    'R-7F3K9Q2',
    'R-7F3K9Q2MU0',
    'R-7F3K9Q2M1é',
    'R-7F3K9Q2M10\nG-1',
    `R-${'1'.repeat(17)}`,
  ])
    t.equal(parseId(typed, 'R'), undefined, typed);
});
