import t from 'tap';
import type { AdminDeps, AuditFilter, AuditPageRead } from '../../admin/admin-deps.ts';
import { readOwnOperations } from '../../admin/own-operations.ts';
import { anAdminGateway } from './admin-gateway.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25, 14, 5);
const mine = 'P-1';

type Entry = AuditPageRead['entries'][number];

const started = (operationId: string, at: number, more: Entry = {}): Entry => ({
  ...{ type: 'operation.started', operationId, at, principalId: mine, repository: 'hub/app' },
  ...{ door: 'ssh', right: 'fetch', address: '192.0.2.7', credentialId: 'C-1', basis: { seq: 1 }, ...more },
});
const ended = (operationId: string, at: number, more: Entry = {}): Entry => ({
  ...{ type: 'operation.ended', operationId, at, principalId: mine, repository: 'hub/app', right: 'fetch' },
  ...{ outcome: 'completed', bytesUp: 7, bytesDown: 900, startedAt: at - 60, ...more },
});

/** The log as pages of so many entries, newest first, and what was asked for. */
function aLog(entries: readonly Entry[], { pageSize = 200, missing = false } = {}) {
  const asked: AuditFilter[] = [];
  const readAudit: AdminDeps['readAudit'] = async (filter) => {
    asked.push(filter);
    const from = Number(filter.cursor ?? 0);
    const isMore = from + pageSize < entries.length;
    return {
      entries: entries.slice(from, from + pageSize),
      people: [{ id: 'P-9', name: 'Ada\nAdmin' }],
      place: '0:0',
      ...(isMore ? { cursor: String(from + pageSize) } : {}),
      coverage: [
        { chain: 'A-1', head: 9, here: true, seen: [], missing: missing ? [{ fromSeq: 1, toSeq: 3 }] : [] },
      ],
    };
  };
  return { asked, readAudit };
}

const reading = (readAudit: AdminDeps['readAudit'], credentialIds: readonly string[] = []) => ({
  ...{ principalId: mine, credentialIds, now, readAudit, clock: () => 0 },
});

void t.test(
  'an operation has the door of its start and the outcome of its end, and no internals',
  async (t) => {
    const { asked, readAudit } = aLog([
      ended('O-2', now - 10, { outcome: 'cut', reason: 'end-reached', detail: 'inner', grantId: 'G-1' }),
      started('O-2', now - 70),
      ended('O-1', now - 200, { right: 'push', startedAt: undefined }),
      started('O-1', now - 300, { door: 'https', right: 'push' }),
    ]);
    const read = await readOwnOperations(reading(readAudit));
    t.strictSame(asked, [
      { principalId: mine, type: 'operation', from: now - 30 * day, first: 'newest', limit: 200 },
    ]);
    const common = { repository: 'hub/app', bytesUp: 7, bytesDown: 900 };
    t.strictSame(read.operations, [
      {
        ...{ ...common, id: 'O-2', right: 'fetch', door: 'ssh', startedAt: now - 70, endedAt: now - 10 },
        ...{ outcome: 'cut', reason: 'end-reached', summary: 'cut: the grant ended' },
      },
      {
        ...{ ...common, id: 'O-1', right: 'push', door: 'https', startedAt: now - 300, endedAt: now - 200 },
        ...{ outcome: 'completed', summary: 'completed' },
      },
    ]);
    t.match(read, { since: now - 30 * day, partial: false });
  },
);

void t.test('entries that only name the person, as who gave an order, are not theirs', async (t) => {
  const { readAudit } = aLog([
    { ...ended('O-3', now - 1), principalId: 'P-2', by: mine },
    { ...started('O-3', now - 2, { credentialId: 'C-2' }), principalId: 'P-2', approvers: [mine] },
  ]);
  t.match(await readOwnOperations(reading(readAudit)), { operations: [], credentialUses: [] });
});

void t.test('a cut by an operator says who and why, as the terminal did', async (t) => {
  const { readAudit } = aLog([
    ended('O-1', now - 10, { outcome: 'cut', reason: 'cut' }),
    {
      ...{ type: 'operation.cut-ordered', operationId: 'O-1', principalId: mine, at: now - 11 },
      ...{ by: 'P-9', reason: 'the laptop is gone' },
    },
    started('O-1', now - 70),
  ]);
  const { operations } = await readOwnOperations(reading(readAudit));
  t.equal(operations[0]?.summary, 'cut by Ada Admin: “the laptop is gone”');
});

void t.test('a credential was last used when git last came with it, let through or refused', async (t) => {
  const refused = {
    type: 'operation.refused',
    principalId: mine,
    credentialId: 'C-2',
    at: now - 3,
    count: 4,
  };
  const { readAudit } = aLog(
    [{ ...refused, lastAt: now - 5 }, started('O-2', now - 70), started('O-1', now - 500)],
    { missing: true },
  );
  const { credentialUses, partial } = await readOwnOperations(reading(readAudit));
  t.strictSame(credentialUses, [
    { credentialId: 'C-2', lastUsedAt: now - 5 },
    { credentialId: 'C-1', lastUsedAt: now - 70 },
  ]);
  t.ok(partial, 'entries that were not to be had are told of');
});

/** One finished operation after the other, the newest first. */
const many = (count: number): readonly Entry[] =>
  Array.from({ length: count }, (_, at) => [
    ended(`O-${at}`, now - at * 1_000),
    started(`O-${at}`, now - at * 1_000 - 500),
  ]).flat();

void t.test('the newest 50 are enough, unless a credential was not seen used yet', async (t) => {
  const few = aLog(many(2_000));
  const read = await readOwnOperations(reading(few.readAudit, ['C-1']));
  t.equal(read.operations.length, 50);
  t.equal(few.asked.length, 1);
  t.equal(read.since, now - 99_500, 'it says how far back it looked');

  const rare = aLog([...many(300), started('O-x', now - 20 * day, { credentialId: 'C-rare' })]);
  t.match((await readOwnOperations(reading(rare.readAudit, ['C-rare']))).credentialUses, [
    { credentialId: 'C-1' },
    { credentialId: 'C-rare', lastUsedAt: now - 20 * day },
  ]);
});

void t.test('it reads ten pages at most, and begins none when its time is over', async (t) => {
  const long = aLog(many(20_000));
  const read = await readOwnOperations(reading(long.readAudit, ['C-never']));
  t.equal(long.asked.length, 10);
  t.ok(read.since > now - day, 'what lies before was not looked at');

  const slow = aLog(many(20_000));
  let at = 0;
  const clock = () => (at += 600);
  await readOwnOperations({ ...reading(slow.readAudit, ['C-never']), clock });
  t.equal(slow.asked.length, 2);
});

void t.test(
  'each caller is answered from entries of their own, and no reading of the audit is noted',
  async (t) => {
    const asked: AuditFilter[] = [];
    let notes = 0;
    const gateway = await anAdminGateway(t, {
      auditRead: async () => {
        notes += 1;
      },
      readAudit: async (filter) => {
        asked.push(filter);
        const of = filter.principalId ?? '';
        const entries = [{ ...ended(`O-of-${of}`, Date.now()), principalId: of, address: '192.0.2.7' }];
        return { entries, people: [], place: '0:0', coverage: [] };
      },
    });
    for (const account of ['developer', 'auditor'] as const) {
      const { id } = await gateway.principalOf(account);
      const { status, body } = await gateway.get('/api/me/operations', await gateway.token(account));
      t.equal(status, 200);
      t.strictSame(
        body.operations.map((operation: { id: string }) => operation.id),
        [`O-of-${id}`],
      );
      t.notMatch(JSON.stringify(body), '192.0.2.7');
      t.equal(asked.at(-1)?.principalId, id);
    }
    t.equal(notes, 0);
  },
);

void t.test('it looks far back for credentials only when that is asked for', async (t) => {
  let pages = 0;
  const gateway = await anAdminGateway(t, {
    readAudit: async ({ principalId, cursor = '0' }) => {
      pages += 1;
      const entries = many(100).map((entry) => ({ ...entry, principalId }));
      return { entries, people: [], place: '0:0', cursor: `${Number(cursor) + 1}`, coverage: [] };
    },
  });
  await gateway.credential('developer', 'git');
  const token = await gateway.token('developer');
  await gateway.get('/api/me/operations', token);
  t.equal(pages, 1);
  await gateway.get('/api/me/operations?credentials=true', token);
  t.equal(pages, 11);
});
