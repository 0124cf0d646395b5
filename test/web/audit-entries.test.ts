import t from 'tap';
import { readAuditSearch } from '../../admin/web/src/audit/audit-search.ts';
import { barsOf } from '../../admin/web/src/audit/bars.ts';
import {
  detailOf,
  grantsIn,
  outcomeOf,
  peopleIn,
  repositoriesOf,
} from '../../admin/web/src/audit/entry-words.ts';
import { stoppedBy } from '../../admin/web/src/audit/stopped-by.ts';
import { timeLine } from '../../admin/web/src/audit/time-line.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const anEntry = (type: string, at: number, more: object = {}) => ({ type, at, ...more });

void t.test('people, repositories, grants and outcome are found in whatever fields a type has', async (t) => {
  const lock = anEntry('lock.made', noon, {
    by: 'P-1',
    on: { kind: 'principal', principalId: 'P-2' },
    reason: 'x',
  });
  t.strictSame([peopleIn(lock), outcomeOf(lock)], [['P-1', 'P-2'], 'x']);
  const asked = anEntry('request.created', noon, {
    principalId: 'P-2',
    scopes: [{ repository: 'hub/a' }, { repository: { text: 'hub/b', bytes: 'aHVi' } }],
  });
  t.strictSame(repositoriesOf(asked), ['hub/a', 'hub/b']);
  t.strictSame(grantsIn(anEntry('x', noon, { grantId: 'G-1', grantIds: ['G-1', 'G-2'] })), ['G-1', 'G-2']);
  t.strictSame(peopleIn({ type: 7, by: { odd: true }, on: null }), []);
});

void t.test('what was counted is in one bar, gaps have bars too, and few get some beside them', async (t) => {
  const stretch = (from: number, kinds: readonly { type: string; outcome?: string; count: number }[]) => ({
    from,
    to: from + 1_000,
    kinds: [...kinds],
  });
  const kinds = [
    { type: 'operation.refused', count: 2 },
    { type: 'operation.ended', outcome: 'cut', count: 1 },
    { type: 'operation.ended', outcome: 'completed', count: 7 },
  ];
  for (const across of [1, 2, 23, 24, 60]) {
    const stretches = [stretch(noon, kinds), stretch(noon + (across - 1) * 1_000, kinds)].slice(0, across);
    const bars = barsOf({ spanMs: 1_000, stretches });
    t.ok(bars.length >= 24 && bars.length <= Math.max(across, 25), `${bars.length} bars`);
    t.equal(
      bars.reduce((sum, { count }) => sum + count, 0),
      10 * stretches.length,
    );
    t.equal(
      bars.reduce((sum, { bad }) => sum + bad, 0),
      3 * stretches.length,
    );
    t.ok(bars.every(({ to }, at) => bars[at + 1] === undefined || bars[at + 1]?.from === to));
  }
  t.strictSame(barsOf({ spanMs: 1_000, stretches: [] }), []);
});

void t.test('grants and operations last, and what has not ended lasts until its end or now', async (t) => {
  const scope = { repository: 'hub/a' };
  const entries = [
    anEntry('operation.ended', noon + 30_000, { operationId: 'O-1', outcome: 'cut' }),
    anEntry('operation.started', noon + 10_000, {
      operationId: 'O-1',
      repository: 'hub/a',
      grantIds: ['G-1'],
    }),
    anEntry('grant.revoked', noon + 20_000, { grantId: 'G-1', reason: 'laptop lost' }),
    anEntry('grant.issued', noon, { grantId: 'G-1', scope, endsAt: noon + 3_600_000 }),
    anEntry('grant.issued', noon, { grantId: 'G-2', scope, endsAt: noon + 40_000 }),
    anEntry('operation.refused', noon + 50_000, { repository: 'hub/a', reason: 'no-grant' }),
  ];
  t.match(timeLine(entries, noon + 60_000), {
    from: noon,
    to: noon + 50_000,
    spans: [
      { id: 'G-1', to: noon + 20_000, isOpen: false, end: 'laptop lost' },
      { id: 'G-2', to: noon + 40_000, isOpen: true },
      { id: 'O-1', from: noon + 10_000, to: noon + 30_000, isOpen: false, end: 'cut' },
    ],
    marks: [{ at: noon + 50_000, what: 'operation.refused hub/a no-grant', isBad: true }],
  });
  t.equal(timeLine([], noon), undefined);
});

void t.test('an address keeps what is looked for, and nothing else', async (t) => {
  t.strictSame(readAuditSearch({ nodes: 'this' }), { nodes: 'this' });
  t.strictSame(readAuditSearch({ nodes: 'all' }), {});
  t.strictSame(readAuditSearch({ type: ' grant ', odd: 'x', from: '', grant: ['G-1', 'G-2'] }), {
    type: 'grant',
  });
});

void t.test('what an auditor asked for is read without the escapes of an address', async (t) => {
  const read = anEntry('audit.read', noon, {
    what: 'entries',
    asked: 'from=2026-11-25T14%3A05%3A00Z&repository=hub%2Fa',
  });
  t.equal(
    detailOf(read, () => ''),
    'entries: from=2026-11-25T14:05:00Z repository=hub/a',
  );
  t.equal(
    detailOf(anEntry('audit.read', noon, { what: 'verify', asked: '' }), () => ''),
    'verify',
  );
});

void t.test('what a lock of the log stops is said in words', async (t) => {
  const words = (on: object, right?: string, except: string[] = []) => stoppedBy({ on, right, except });
  t.equal(words({ kind: 'everything' }), 'all access');
  t.equal(words({ kind: 'everything' }, 'push', ['P-1', 'P-2']), 'all pushes but for P-1, P-2');
  t.equal(words({ kind: 'principal', principalId: 'P-1' }), 'access by P-1');
  t.equal(words({ kind: 'repository', repository: 'hub/a' }, 'fetch'), 'fetches of hub/a');
  t.equal(words({ kind: 'upstream', upstream: 'hub' }, 'push'), 'pushes to all of hub');
});
