import { rm } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { bodyOf, seal } from '../../gateway/audit/line.ts';
import type { AuditLogOptions } from '../../gateway/audit/log.ts';
import { openPeople } from '../../gateway/audit/people.ts';
import { openForAuditors } from '../../gateway/for-auditors.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { Store } from '../../gateway/store/store.ts';
import { StoreError } from '../../gateway/store/store-error.ts';
import { aLog, anAlarm, segmentPaths } from '../audit/logs.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';
import { listenTo } from './told.ts';

t.setTimeout(200_000);

const other = 'A-0THER00000000000';

/** The API over a real log of this node; the store knows another node's. */
async function overALog(t: Test, options: Partial<AuditLogOptions> = {}) {
  const { log, directory } = await aLog(t, options);
  const people = await openPeople(directory);
  const troubles: unknown[] = [];
  const store = memoryStore({ nodeId: 'another' });
  const { close, ...forAuditors } = openForAuditors({
    config: () => ({ ...gateway.config.audit, directory }),
    audit: log,
    people,
    checkingKeys: async () => [],
    others: () => [{ chain: other, seq: 41, hash: 'f'.repeat(64) }],
    store,
    onTrouble: (error) => troubles.push(error),
    onStoreTrouble: (error) => troubles.push(error),
  });
  const gateway = await anAdminGateway(t, {
    ...forAuditors,
    record: async ({ type, body }) => void (await log.append({ ...body, type } as never)),
  });
  t.teardown(async () => {
    await close();
    await people.close();
  });
  return { gateway, log, directory, store, troubles, auditor: await gateway.token('auditor') };
}

async function aStream(
  t: Test,
  gateway: AdminGateway,
  query: string,
  authorization: string,
  lastId?: string,
) {
  const headers = { authorization, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
  const stream = await listenTo(t, `${gateway.address}/api/audit/stream${query}`, headers);
  const ended = new Promise<void>((resolve) => stream.answer.once('close', resolve));
  return { ...stream, ended };
}

/** The numbers of the alarms in a stream's text, in their order. */
const countsIn = (text: string): number[] =>
  [...text.matchAll(/^data: (\{"entries".*)$/gm)].flatMap(([, data = '']) =>
    (JSON.parse(data) as { entries: { count: number }[] }).entries.map(({ count }) => count),
  );

void t.test('a page says which entries of which chains it has seen, and whose it has not', async (t) => {
  const { gateway, log, auditor } = await overALog(t);
  for (let i = 0; i < 20; i += 1) await log.append(anAlarm(i));
  const { seq } = log.head();
  const first = await gateway.get('/api/audit?type=node.alarm&limit=5', auditor);
  t.match(first.body.coverage, [
    { chain: log.chain, head: seq + 1, here: true, seen: [{ fromSeq: 1, toSeq: 6 }] },
    { chain: other, head: 41, here: false, seen: [], missing: [{ fromSeq: 1, toSeq: 41 }] },
  ]);
  const rest = await gateway.get(`/api/audit?type=node.alarm&cursor=${first.body.cursor}`, auditor);
  t.match(rest.body.coverage[0].seen, [{ fromSeq: 7, toSeq: seq + 1 }]);
  t.equal(rest.body.entries.length, 15);
});

/** Entries of the other node as it would share them, a second apart; only some of them. */
async function sharedByAnother(store: Store, seqs: readonly number[], begunAt: number): Promise<void> {
  const upTo = Math.max(...seqs);
  let prev = '0'.repeat(64);
  const lines: { seq: number; line: string }[] = [];
  for (let seq = 1; seq <= upTo; seq += 1) {
    const body = bodyOf(begunAt + seq * 1_000, { ...anAlarm(1_000 + seq), principalId: 'P-THERE' });
    const { line, hash } = seal({ chain: other, seq, prev }, body);
    prev = hash;
    lines.push({ seq, line: line.trimEnd() });
  }
  await store.shareEntries(
    other,
    lines.filter(({ seq }) => seqs.includes(seq)),
  );
}

const numbersFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

void t.test('a page is of all nodes by time, and says what of another’s is missing', async (t) => {
  let now = 1_800_000_000_000;
  const { gateway, log, store, auditor } = await overALog(t, { now: () => now });
  for (let i = 0; i < 20; i += 1) {
    now += 2_000;
    await log.append(anAlarm(i));
  }
  now += 3_600_000;
  await sharedByAnother(store, [...numbersFrom(5, 20), ...numbersFrom(26, 38)], 1_800_000_000_500);

  for (const order of ['oldest', 'newest'] as const) {
    const told: { chain: string; count: number; at: number }[] = [];
    const seen = new Set<number>();
    const missing = new Set<number>();
    let cursor = '';
    do {
      const { body } = await gateway.get(
        `/api/audit?type=node.alarm&order=${order}&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`,
        auditor,
      );
      told.push(...body.entries);
      const theirs = body.coverage.find(({ chain }: { chain: string }) => chain === other);
      t.match(theirs, { here: false, head: 41, shared: { fromSeq: 5, toSeq: 38 } });
      for (const { fromSeq, toSeq } of theirs.seen)
        for (const seq of numbersFrom(fromSeq, toSeq)) seen.add(seq);
      for (const { fromSeq, toSeq } of theirs.missing)
        for (const seq of numbersFrom(fromSeq, toSeq)) missing.add(seq);
      cursor = body.cursor ?? '';
    } while (cursor !== '');
    const ordered = order === 'oldest' ? told : told.toReversed();
    t.strictSame(
      ordered.map(({ at }) => at),
      ordered.map(({ at }) => at).toSorted((a, b) => a - b),
      `${order}: by time`,
    );
    t.strictSame(
      ordered.filter(({ chain }) => chain === other).map(({ count }) => count - 1_000),
      [...numbersFrom(5, 20), ...numbersFrom(26, 38)],
      `${order}: all of theirs that there is, once`,
    );
    t.equal(ordered.filter(({ chain }) => chain === log.chain).length, 20, `${order}: all of this node’s`);
    const sorted = (set: Set<number>): number[] => [...set].toSorted((a, b) => a - b);
    t.strictSame(sorted(seen), [...numbersFrom(5, 20), ...numbersFrom(26, 38)], `${order}: seen`);
    t.strictSame(
      sorted(missing),
      [...numbersFrom(1, 4), ...numbersFrom(21, 25), ...numbersFrom(39, 41)],
      `${order}: missing`,
    );
  }
  const alone = await gateway.get('/api/audit?principal=P-THERE&nodes=this', auditor);
  t.match(alone.body.entries, []);
  t.match((await gateway.get('/api/audit?principal=P-THERE', auditor)).body.entries, { length: 29 });
});

void t.test(
  'a page of a store that is away is of this node’s files, and says that it lacks the others',
  async (t) => {
    const { gateway, log, store, troubles, auditor } = await overALog(t);
    await sharedByAnother(store, [1, 2], 1);
    await log.append(anAlarm(1));
    store.sharedEntries = async () => {
      throw new StoreError('STORE_UNREACHABLE', 'there is no connection to the store');
    };
    const { status, body } = await gateway.get('/api/audit?type=node.alarm', auditor);
    t.equal(status, 200);
    t.match(body.entries, [{ chain: log.chain }]);
    t.match(body.coverage[1], { chain: other, seen: [], missing: [{ fromSeq: 1, toSeq: 41 }] });
    t.match(troubles, [{ code: 'STORE_UNREACHABLE' }]);
  },
);

void t.test(
  'a stream tells what other nodes share, goes on behind it, and says what it passed over',
  async (t) => {
    const { gateway, store, auditor } = await overALog(t);
    await sharedByAnother(store, numbersFrom(1, 3), 1);
    const first = await aStream(t, gateway, '?type=node.alarm', `Bearer ${auditor}`);
    t.match(await first.hears(/event: ready\n.*\n\n/), other);
    await sharedByAnother(store, numbersFrom(1, 6), 1);
    t.strictSame(countsIn(await first.hears(/"count":1006\b.*\n\n/)), [1_004, 1_005, 1_006]);
    const id = [...first.told().matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';
    first.asked.destroy();

    await sharedByAnother(store, [6, 9, 10], 1);
    const second = await aStream(t, gateway, '?type=node.alarm', `Bearer ${auditor}`, id);
    const text = await second.hears(/"count":1010\b.*\n\n/);
    t.strictSame(countsIn(text), [1_009, 1_010]);
    t.match(text, `"missing":[{"chain":"${other}","fromSeq":7,"toSeq":8}]`);
  },
);

void t.test('a missing segment is between two ranges of what was seen', async (t) => {
  const { gateway, log, directory, auditor } = await overALog(t, { segmentBytes: 4_096 });
  for (let i = 0; i < 60; i += 1) await log.append(anAlarm(i));
  const paths = await segmentPaths(directory);
  t.ok(paths.length > 4);
  await rm(paths[1] ?? '');
  for (const order of ['oldest', 'newest']) {
    const { body } = await gateway.get(`/api/audit?type=node.alarm&limit=1000&order=${order}`, auditor);
    const [low, high] = body.coverage[0].seen;
    const counts = body.entries.map(({ count }: { count: number }) => count);
    t.ok(low.toSeq + 1 < high.fromSeq, order);
    t.match([low.fromSeq, body.coverage[0].seen.length], [1, 2], order);
    t.equal(counts.length, 60 - (high.fromSeq - low.toSeq - 1 - 2), `${order}: the segment’s own two lines`);
    t.strictSame(
      body.coverage[0].missing,
      [{ fromSeq: low.toSeq + 1, toSeq: high.fromSeq - 1 }],
      `${order}: said to be missing`,
    );
  }
});

void t.test('reading is on record: the first at once, and once more what was asked for anew', async (t) => {
  const { gateway, log, auditor } = await overALog(t);
  const { id } = await gateway.principalOf('auditor');
  const before = log.head().seq;
  for (const limit of [1, 2, 3]) await gateway.get(`/api/audit?type=grant&limit=${limit}`, auditor);
  t.equal(log.head().seq, before + 1);
  await gateway.get('/api/audit/replay?grant=G-1', auditor);
  const { body } = await gateway.get('/api/audit?type=audit.read', auditor);
  t.match(body.entries, [
    { principalId: id, what: 'entries', asked: 'type=grant', count: 1 },
    { principalId: id, what: 'replay', asked: 'grant=G-1', count: 1 },
    { principalId: id, what: 'entries', asked: 'type=audit.read', count: 1 },
  ]);
});

void t.test('a stream tells what is written from now on, and only what was asked for', async (t) => {
  const { gateway, log, auditor } = await overALog(t);
  await log.append(anAlarm(1));
  const { answer, hears } = await aStream(t, gateway, '?type=node.alarm', `Bearer ${auditor}`);
  t.match(answer.headers, { 'content-type': /^text\/event-stream/, 'cache-control': /no-store/ });
  t.match(await hears(/event: ready\n.*\n\n/), log.chain);
  for (let i = 2; i < 250; i += 1) void log.append(anAlarm(i));
  const text = await hears(/"count":249\b/);
  t.strictSame(
    countsIn(text),
    Array.from({ length: 248 }, (_, i) => i + 2),
  );
});

void t.test('a stream that broke goes on behind the last event it told, across segments', async (t) => {
  const { gateway, log, auditor } = await overALog(t, { segmentBytes: 4_096 });
  const first = await aStream(t, gateway, '?type=node.alarm', `Bearer ${auditor}`);
  await first.hears(/event: ready/);
  await log.append(anAlarm(1));
  await first.hears(/"count":1\b.*\n\n/);
  const id = [...first.told().matchAll(/^id: (\S+)$/gm)].at(-1)?.[1];
  first.asked.destroy();
  for (let i = 2; i < 60; i += 1) await log.append(anAlarm(i));
  const second = await aStream(t, gateway, '?type=node.alarm', `Bearer ${auditor}`, id);
  t.strictSame(
    countsIn(await second.hears(/"count":59\b/)),
    Array.from({ length: 58 }, (_, i) => i + 2),
  );
});

void t.test('only an auditor is streamed to, and a few times at once', async (t) => {
  const { gateway, auditor } = await overALog(t);
  for (const account of ['developer', 'approver', 'admin'] as const) {
    const answer = await gateway.get('/api/audit/stream', await gateway.token(account));
    t.match(answer, { status: 403, body: { error: 'role-missing' } }, account);
  }
  t.equal((await gateway.get('/api/audit/stream')).status, 401);
  const secret = await gateway.credential('auditor', 'api', ['read']);
  t.match(await gateway.get('/api/audit/stream', secret), { status: 403, body: { error: 'scope-missing' } });
  t.equal((await gateway.get('/api/audit/stream?after=x', auditor)).status, 400);
  for (let i = 0; i < 6; i += 1) {
    const { hears } = await aStream(t, gateway, '', `Bearer ${auditor}`);
    await hears(/event: ready/);
  }
  t.match(await gateway.get('/api/audit/stream', auditor), { status: 429, body: { error: 'too-many' } });
});

void t.test('a stream ends with the credential it was opened with', async (t) => {
  const { gateway } = await overALog(t);
  const secret = await gateway.credential('auditor', 'api', ['audit']);
  const { hears, ended } = await aStream(t, gateway, '', `Bearer ${secret}`);
  await hears(/event: ready/);
  const { id } = await gateway.principalOf('auditor');
  const [credential] = await gateway.store.credentialsOf(id);
  await gateway.store.revokeCredential(id, credential?.id ?? '', { type: 'credential.revoked', body: {} });
  gateway.admin.events.policyChanged();
  await ended;
});

void t.test('a replay agrees with what the command says of the same log', async (t) => {
  const { gateway, log, auditor } = await overALog(t);
  await log.append(anAlarm(1));
  const { status, body } = await gateway.get('/api/audit/replay', auditor);
  t.equal(status, 200);
  t.match(body.replayed, {
    chains: [{ chain: log.chain, lastSeq: log.head().seq }],
    gaps: [{ chain: other, what: 'the files of this chain are not here' }],
    decisions: { agreed: 0, disagreed: 0, undecidable: 0 },
  });
  const moment = await gateway.get('/api/audit/replay?at=2026-11-25T14:05:00Z', auditor);
  t.match(moment.body.moment, { at: Date.UTC(2026, 10, 25, 14, 5), grants: [], locks: [], refs: [] });
  t.equal((await gateway.get('/api/audit/replay?at=noon', auditor)).status, 400);
});

void t.test('an access report is read as JSON or as a page, and signed off with what it said', async (t) => {
  const { gateway, log, auditor } = await overALog(t);
  const { id: by } = await gateway.principalOf('auditor');
  const period = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';
  const { status, body: report } = await gateway.get(`/api/audit/report?${period}`, auditor);
  t.equal(status, 200);
  t.match(report, { grants: [], reviews: [], gaps: [{ chain: other }] });
  const page = await gateway.get(`/api/audit/report?${period}&format=html`, auditor);
  t.match(page.headers.get('content-type'), 'text/html');
  t.match(page.body.text, report.hash);

  const signOff = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', remarks: 'as it should be' };
  const wrong = { ...signOff, hash: '0'.repeat(64) };
  t.match(await gateway.post('/api/audit/report/sign-off', wrong, auditor), {
    status: 409,
    body: { error: 'another-report' },
  });
  const before = log.head().seq;
  t.match(await gateway.post('/api/audit/report/sign-off', { ...signOff, hash: report.hash }, auditor), {
    status: 201,
    body: { by, hash: report.hash, remarks: 'as it should be', gaps: 1 },
  });
  t.equal(log.head().seq, before + 1);
  const again = await gateway.get(`/api/audit/report?${period}`, auditor);
  t.match(again.body, {
    hash: report.hash,
    reviews: [{ by: { id: by }, remarks: 'as it should be', isOfThis: true }],
  });
  t.equal((await gateway.get('/api/audit/report?from=9&to=9', auditor)).status, 400);
  const admin = await gateway.token('admin');
  t.equal((await gateway.get(`/api/audit/report?${period}`, admin)).status, 403);
});

void t.test('counts over time are of all nodes, by type, and say what they are of', async (t) => {
  let now = 1_800_000_000_000;
  const { gateway, log, store, auditor } = await overALog(t, { now: () => now, segmentBytes: 8_192 });
  for (let i = 0; i < 100; i += 1) {
    now += 60_000;
    await log.append(anAlarm(i));
  }
  await sharedByAnother(store, numbersFrom(5, 30), 1_800_000_000_500);

  const { status, body } = await gateway.get('/api/audit/counts?type=node.alarm', auditor);
  t.equal(status, 200);
  const total = body.stretches.reduce(
    (sum: number, { kinds }: { kinds: { count: number }[] }) =>
      sum + kinds.reduce((inner, { count }) => inner + count, 0),
    0,
  );
  t.equal(total, 126);
  t.equal(body.spanMs, 300_000);
  // The other node's lie in the first minute, where this one has none but its four of the first five minutes.
  t.match(body.stretches[0], {
    from: 1_800_000_000_000,
    to: 1_800_000_300_000,
    kinds: [{ type: 'node.alarm', count: 26 + 4 }],
  });
  t.match(body.coverage, [
    { chain: log.chain, here: true, seen: [{ fromSeq: 1, toSeq: log.head().seq }], missing: [] },
    {
      chain: other,
      here: false,
      seen: [{ fromSeq: 5, toSeq: 30 }],
      missing: [
        { fromSeq: 1, toSeq: 4 },
        { fromSeq: 31, toSeq: 41 },
      ],
    },
  ]);

  const theirs = await gateway.get('/api/audit/counts?principal=P-THERE', auditor);
  t.match(theirs.body.stretches, { length: 26, 0: { kinds: [{ type: 'node.alarm', count: 1 }] } });
  const alone = await gateway.get('/api/audit/counts?principal=P-THERE&nodes=this', auditor);
  t.match(alone.body, { stretches: [], coverage: [{ chain: log.chain }, { chain: other, seen: [] }] });

  const { entries } = (await gateway.get('/api/audit?type=audit.read&nodes=this', auditor)).body;
  t.match(entries[0], { what: 'counts', asked: 'type=node.alarm' }, 'that it was asked is on record');
});
