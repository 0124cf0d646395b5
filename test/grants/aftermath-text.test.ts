import t from 'tap';
import { nothingRan } from '../../gateway/grants/aftermath.ts';
import { aftermathText } from '../../gateway/grants/aftermath-text.ts';
import type { RunningOperation } from '../../gateway/store/records.ts';

const now = Date.UTC(2026, 10, 25, 14, 5, 7);

const touched = (right: 'fetch' | 'push', change: Partial<RunningOperation> = {}) => ({
  operation: {
    id: 'O-1',
    door: 'https' as const,
    principalId: 'P-1',
    credentialId: 'C-1',
    repository: 'hub/app',
    right,
    grantIds: ['G-1'],
    startedAt: now,
    ...change,
  },
  node: 'A-NODE',
});

const passed = (...refs: readonly (string | { base64: string })[]) => ({
  ...touched('push'),
  passed: { seq: 1, at: now, updates: refs.map((ref) => ({ ref, oldId: '0', newId: '1' })) },
});

void t.test('each of the four is a clause, and nothing is one too', async (t) => {
  t.equal(aftermathText(nothingRan, now), 'nothing was running');
  t.equal(aftermathText({ ...nothingRan, cut: [touched('fetch')] }, now), 'cut 1 running fetch');
  t.equal(
    aftermathText({ ...nothingRan, cut: [touched('push'), touched('fetch'), touched('fetch')] }, now),
    'cut 2 running fetches and 1 running push',
  );
  t.equal(
    aftermathText({ ...nothingRan, passedBefore: [passed('refs/heads/main')] }, now),
    '1 push had passed before you: refs/heads/main of hub/app',
  );
  t.equal(
    aftermathText({ ...nothingRan, ended: [{ ...touched('fetch'), how: 'completed' }] }, now),
    '1 fetch ended by itself meanwhile',
  );
  const unconfirmed = [{ ...touched('fetch'), nodeSeenAt: now - 3_000, endsBy: now + 57_000 }];
  t.equal(
    aftermathText({ ...nothingRan, unconfirmed }, now),
    'not confirmed for 1 fetch on node A-NODE, last seen at 14:05:04 UTC: it ends by itself by 14:06:04 UTC at the latest',
  );
  t.equal(
    aftermathText({ ...nothingRan, cut: [touched('fetch')], passedBefore: [passed('refs/tags/v1')] }, now),
    'cut 1 running fetch; 1 push had passed before you: refs/tags/v1 of hub/app',
  );
});

void t.test('many refs are counted, and no name moves a cursor', async (t) => {
  const many = passed(...Array.from({ length: 7 }, (_, at) => `refs/heads/b${at}`));
  t.match(aftermathText({ ...nothingRan, passedBefore: [many] }, now), /b4 of hub\/app and 2 more$/);
  const bytes = { base64: Buffer.from('refs/heads/\u001b[2J\xff', 'latin1').toString('base64') };
  const text = aftermathText({ ...nothingRan, passedBefore: [passed(bytes)] }, now);
  t.notMatch(text, /\p{Cc}/u);
  t.match(text, 'refs/heads/ [2J\ufffd of hub/app');
});
