import { randomBytes } from 'node:crypto';
import t from 'tap';
import type { Step } from '../../gateway/store/redis/calls.ts';
import { openRedisStore } from '../../gateway/store/redis/redis-store.ts';
import { prefix } from '../../gateway/store/redis/script.ts';
import type { Store, WalkPlace } from '../../gateway/store/store.ts';
import { startRedis } from '../servers/redis.ts';
import { runContract } from './contract.ts';
import { asked, entered, granted, grantedMany, recorded, seqOf } from './recorded.ts';
import { aCredential, aLock, anAttempt, anEvent, aPerson, aSignIn } from './samples.ts';

const redis = await startRedis(t);
const integrityKey = randomBytes(32);
const tampered: string[] = [];
const stores: Store[] = [];
t.teardown(async () => {
  for (const store of stores) await store.close();
});

async function open(
  nodeId: string,
  change: { integrityKey?: Buffer; timeoutMs?: number; step?: Step } = {},
): Promise<Store> {
  const store = await openRedisStore({
    address: { ...redis.address, timeoutMs: change.timeoutMs ?? redis.address.timeoutMs },
    nodeId,
    integrityKey: change.integrityKey ?? integrityKey,
    onTampered: (what) => tampered.push(what),
    onTrouble: () => undefined,
    ...(change.step === undefined ? {} : { step: change.step }),
  });
  stores.push(store);
  return store;
}

/** Each claim gets a Redis that holds nothing; its time is real. */
async function ground() {
  await redis.admin('FLUSHALL');
  return {
    open: (nodeId: string) => open(nodeId),
    async reach(at: number) {
      for (;;) {
        const [seconds, micros] = (await redis.admin('TIME')) as [string, string];
        const left = at - (Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
        if (left <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
  };
}

void t.test('Redis keeps the contract, under the minimal ACL user', async (t) => {
  runContract(t, () => ground());
});

void t.test(
  'every key has a TTL, except the number, the indexes of what is open, the outbox and locks',
  async (t) => {
    const { open } = await ground();
    const store = await open('a');
    const now = await store.now();
    const dev = await store.enrol(aPerson(), 'P-DEV');
    await recorded(
      store,
      await store.issueCredential(aCredential(now, { principalId: dev.id }), anEvent('credential.issued')),
    );
    await recorded(
      store,
      await store.openSignIn(aSignIn(now, { principalId: dev.id }), 60_000, anEvent('sign-in.opened')),
    );
    await store.beginSignIn(anAttempt(now), 60_000);
    await asked(store);
    await granted(store);
    const revoked = await granted(store);
    await store.revokeGrant(revoked.id, 'P-X', 'x', anEvent('grant.revoked', { grantId: revoked.id }));
    await store.lock(aLock(now), anEvent('lock.made'));
    const { operation, passage } = await entered(store);
    await store.beat([{ id: operation.id, bytesUp: 1, bytesDown: 1 }], 30_000);
    await store.passGate(passage);
    const other = (await entered(store)).operation;
    await store.cutOperation(other.id, 'P-OPS', 'x', anEvent('operation.cut-ordered'));
    const gone = (await entered(store)).operation;
    await store.standStill(gone.id, 'cut');
    await store.leave(gone.id);
    await store.adoptOperations(false);
    await store.shareEntries('A-AAAAAAAAAAAAAAAA', [{ seq: 1, line: '{}' }]);

    const keys = (await redis.admin('KEYS', '*')) as string[];
    const lasting: string[] = [];
    for (const key of keys) {
      t.ok(key.startsWith(prefix), key);
      if (Number(await redis.admin('PTTL', key)) === -1) lasting.push(key.slice(prefix.length));
    }
    const known = keys.map((key) => key.slice(prefix.length));
    const kept = ['passed', 'cut', 'bytes', 'state', 'node'].map((name) => `operation-${name}`);
    for (const name of [...kept, 'operations', 'nodes', 'node-silent-ms', `left:${gone.id}`, 'locks-at'])
      t.ok(known.includes(name), name);
    t.strictSame(lasting.sort(), [
      'locks',
      'open-grants',
      'outbox',
      'outbox-again',
      'outbox-claims',
      'outbox-node',
      'pending',
      'seq',
    ]);
  },
);

void t.test(
  'whoever was not seen for 30 days is not told of, and goes with the next enrolment',
  async (t) => {
    const { open } = await ground();
    const store = await open('a');
    await store.enrol(aPerson(), 'P-DEV');
    const key = `${prefix}people-seen`;
    await redis.admin('ZADD', key, String((await store.now()) - 30 * 24 * 3_600_000), 'P-DEV');
    t.strictSame(await store.seenLately(), []);
    t.match(await store.principal('P-DEV'), { id: 'P-DEV' });
    await store.enrol(aPerson({ subject: 'other' }), 'P-OTHER');
    t.strictSame(await redis.admin('ZRANGE', key, '0', '-1'), ['P-OTHER']);
  },
);

void t.test(
  'ids whose record is gone leave the indexes of grants, a bounded number with each call',
  async (t) => {
    const { open } = await ground();
    const store = await open('a');
    const grant = await granted(store);
    const key = `${prefix}grants`;
    const gone = Array.from({ length: 1_200 }, (_, at) => [String(1_000 + at), `G-GONE${at}`]);
    await redis.admin('ZADD', key, ...gone.flat());
    const left: number[] = [];
    const met: string[] = [];
    for (
      let behind: WalkPlace | undefined, isFirst = true;
      isFirst || behind !== undefined;
      isFirst = false
    ) {
      const stretch = await store.walkGrants({ kind: 'all' }, { behind, limit: 500 });
      met.push(...stretch.met.map((one) => one.grant.grant.id));
      left.push(Number(await redis.admin('ZCARD', key)));
      behind = stretch.last;
    }
    t.strictSame(left, [701, 201, 1]);
    t.strictSame(met, [grant.id]);
  },
);

void t.test('a live grant is a key whose TTL is its end', async (t) => {
  const { open } = await ground();
  const grant = await granted(await open('a'));

  t.equal(Number(await redis.admin('PEXPIRETIME', `${prefix}grant:${grant.id}`)), grant.endsAt);
});

void t.test(
  'a use that is noted leaves a credential’s key its end, and without it comes no key',
  async (t) => {
    const { open } = await ground();
    const store = await open('a');
    await store.enrol(aPerson(), 'P-DEV');
    const now = await store.now();
    const credential = aCredential(now, { kind: 'api' });
    await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
    const key = `${prefix}credential:${credential.hash}`;
    await store.noteUse(credential.hash, { at: now, from: '192.0.2.7' });
    t.equal(Number(await redis.admin('PEXPIRETIME', key)), credential.endsAt);
    await recorded(
      store,
      await store.revokeCredential('P-DEV', credential.id, anEvent('credential.revoked')),
    );
    await store.noteUse(credential.hash, { at: now, from: '192.0.2.7' });
    t.equal(Number(await redis.admin('EXISTS', key)), 0);
  },
);

void t.test('a use that no gateway noted, or of another credential, counts for nothing', async (t) => {
  const { open } = await ground();
  const store = await open('a');
  await store.enrol(aPerson(), 'P-DEV');
  const now = await store.now();
  const [used, other] = [aCredential(now, { kind: 'api' }), aCredential(now, { kind: 'api' })];
  for (const credential of [used, other])
    await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
  await store.noteUse(used.hash, { at: now, from: '192.0.2.7' });
  const keyOf = ({ hash }: { hash: string }) => `${prefix}credential:${hash}`;
  const json = String(await redis.admin('HGET', keyOf(used), 'used'));
  const mac = String(await redis.admin('HGET', keyOf(used), 'used-mac'));
  const before = tampered.length;
  await redis.admin('HSET', keyOf(other), 'used', json, 'used-mac', mac);
  await redis.admin('HSET', keyOf(used), 'used', json.replace('192.0.2.7', '192.0.2.8'));
  t.strictSame(await store.usesOf('P-DEV'), new Map());
  t.equal(tampered.length, before + 2);
  t.match(await store.credential(used.hash), { credential: used }, 'the credential is none the worse');
});

void t.test('whoever can only write Redis cannot mint, widen, lengthen or move a record', async (t) => {
  const { open } = await ground();
  const store = await open('a');
  const dev = await store.enrol(aPerson(), 'P-DEV');
  const grant = await granted(store, {}, { principalId: dev.id });
  const key = `${prefix}grant:${grant.id}`;
  const record = String(await redis.admin('HGET', key, 'record'));
  const before = tampered.length;

  await redis.admin(
    'HSET',
    key,
    'record',
    record.replace(String(grant.endsAt), String(grant.endsAt + 3_600_000)),
  );
  t.strictSame((await store.stand({ principalId: dev.id }, grant.scope.repository)).standing.grants, []);
  await redis.admin('HSET', key, 'record', record);
  t.match((await store.stand({ principalId: dev.id }, grant.scope.repository)).standing.grants, [
    { state: { kind: 'live' } },
  ]);
  await redis.admin('HSET', key, 'mac', 'AAAA');
  t.equal(await store.grant(grant.id), undefined);
  const other = await granted(store, {}, { principalId: dev.id });
  const otherRecord = (await redis.admin('HMGET', `${prefix}grant:${other.id}`, 'record', 'mac')) as [
    string,
    string,
  ];
  await redis.admin('HSET', key, 'record', otherRecord[0], 'mac', otherRecord[1]);
  t.equal(await store.grant(grant.id), undefined, 'a sealed record does not count under another’s key');
  t.ok(tampered.length > before);

  const principal = `${prefix}principal:${dev.id}`;
  const person = String(await redis.admin('HGET', principal, 'record'));
  await redis.admin('HSET', principal, 'record', person.replace('"engineering"', '"platform-admins"'));
  t.equal(await store.principal(dev.id), undefined);
});

void t.test('with another integrity key nothing of the store counts', async (t) => {
  const { open: openHere } = await ground();
  const store = await openHere('a');
  const grant = await granted(store);
  const stranger = await open('b', { integrityKey: randomBytes(32) });

  t.equal(await stranger.grant(grant.id), undefined);
});

void t.test('an operation or a passage that no gateway wrote counts for nothing', async (t) => {
  const { open } = await ground();
  const [store, other] = [await open('a'), await open('b')];
  const { grant, operation, passage } = await entered(store);
  const [own, theirs] = [await entered(store, {}, grant), await entered(store, {}, grant)];
  const at = (name: string) => `${prefix}${name}`;
  const text = (name: string, id: string) => redis.admin('HGET', at(name), id).then(String);

  await store.passGate(own.passage);
  const borrowed = await text('operation-passed', own.operation.id);
  await redis.admin('HSET', at('operation-passed'), operation.id, borrowed);
  await redis.admin('HSET', at('operations'), theirs.operation.id, await text('operations', operation.id));
  await redis.admin(
    'HSET',
    at('operations'),
    'O-FORGED',
    `AAAA {"id":"O-FORGED","grantIds":["${grant.id}"]}`,
  );
  await redis.admin('HSET', at('operation-state'), 'O-FORGED', 'moving');
  const before = tampered.length;
  const ids = (await store.operations()).operations.map((found) => [found.operation.id, !!found.passed]);
  t.strictSame(ids.toSorted(), [
    [operation.id, false],
    [own.operation.id, true],
  ]);
  t.ok(tampered.length > before);
  const none = await store.cutOperation('O-FORGED', 'P-OPS', 'x', anEvent('operation.cut-ordered'));
  t.strictSame(none, { value: { kind: 'unknown' }, events: [] });
  const cut = await store.cutOperation(operation.id, 'P-OPS', 'x', anEvent('operation.cut-ordered'));
  t.equal(cut.value.kind, 'told', 'a forged mark does not keep it from being cut');

  const { value } = await store.revokeGrant(grant.id, 'P-ANA', 'x', anEvent('grant.revoked'));
  t.match(value, { touched: { length: 2 } });
  t.strictSame(await store.passGate({ ...passage, decidedAt: await seqOf(store) }), { kind: 'moved' });
  t.strictSame(await other.adoptOperations(false), []);
  t.equal(await redis.admin('HEXISTS', at('operations'), 'O-FORGED'), 0, 'it is nobody’s, and goes');
});

void t.test(
  'a shared audit entry that no gateway wrote, or not at its place, counts as missing',
  async (t) => {
    const { open } = await ground();
    const store = await open('a');
    const [chain, stream] = ['A-AAAAAAAAAAAAAAAA', `${prefix}entries:A-AAAAAAAAAAAAAAAA`];
    await store.shareEntries(
      chain,
      [1, 2, 3].map((seq) => ({ seq, line: `{"seq":${seq}}` })),
    );
    const rows = (await redis.admin('XRANGE', stream, '-', '+')) as [string, string[]][];
    const [, [, record = '', , mac = ''] = []] = rows[1] ?? [];
    const before = tampered.length;
    await redis.admin('XDEL', stream, '2-0');
    await redis.admin('XADD', stream, '4-0', 'record', record, 'mac', mac);
    await redis.admin(
      'XADD',
      stream,
      '5-0',
      'record',
      record.replace('2', '5').replace('2', '5'),
      'mac',
      mac,
    );
    await redis.admin('XADD', stream, '9-0', 'nothing', 'of ours');

    t.strictSame(await store.sharedEntries(chain, { from: 1, to: 9, first: 'oldest' }), {
      entries: [1, 3].map((seq) => ({ seq, line: `{"seq":${seq}}` })),
    });
    t.ok(tampered.length >= before + 2);
    await store.shareEntries(chain, [{ seq: 4, line: '{"seq":4}' }]);
    t.strictSame(
      (await store.sharedEntries(chain, { from: 1, to: 9, first: 'oldest' })).entries,
      [{ seq: 4, line: '{"seq":4}' }],
      'a forged place does not keep the node out: its entries are shared anew',
    );
  },
);

void t.test('the indexes of grants and requests do not fill with what is gone', async (t) => {
  const store = await (await ground()).open('a');
  const inAll = async (): Promise<readonly number[]> =>
    (await Promise.all(
      ['grants', 'requests'].map((index) => redis.admin('ZCARD', `${prefix}${index}`)),
    )) as number[];
  const fill = async (): Promise<void> => {
    await grantedMany(store, 300);
    for (let i = 0; i < 300; i += 1) await asked(store, { reason: `the ${i}th` });
  };
  await fill();
  // As after a day and more, the indexes kept by what was added since.
  const gone = (await redis.admin('KEYS', `${prefix}*:*-*`)) as string[];
  const records = gone.filter((key) => /(past|grant|request):[A-Z]-/.test(key));
  await redis.admin('DEL', ...records);
  const before = await inAll();
  t.ok(
    before.every((count) => count >= 300),
    `${before}`,
  );
  await fill();
  const after = await inAll();
  t.ok(
    after.every((count) => count < 450),
    `${after} of 300 that are there`,
  );
  let [met, behind] = [0, undefined as WalkPlace | undefined];
  do {
    const page = await store.walkGrants({ kind: 'all' }, { behind, limit: 500 });
    met += page.met.length;
    behind = page.last;
  } while (behind !== undefined);
  t.equal(met, 300, 'and nothing that is there was taken');
});

void t.test('what a silent node left goes to one of many that take over at once', async (t) => {
  const { open } = await ground();
  const dead = await open('dead');
  const grant = await granted(dead);
  const left = [];
  for (let at = 0; at < 120; at += 1) left.push((await entered(dead, {}, grant)).operation.id);
  const heirs = await Promise.all(['b', 'c', 'd'].map(open));
  t.strictSame((await Promise.all(heirs.map((heir) => heir.adoptOperations(false)))).flat(), []);
  const [seconds] = (await redis.admin('TIME')) as [string];
  await redis.admin('HSET', `${prefix}nodes`, 'dead', String((Number(seconds) - 31) * 1000));

  const adopted = (await Promise.all(heirs.map((heir) => heir.adoptOperations(false)))).flat();
  t.strictSame(adopted.map(({ operation }) => operation.id).toSorted(), left.toSorted());
  t.ok(adopted.every(({ node }) => node === 'dead'));
  t.equal(
    await redis.admin('HEXISTS', `${prefix}nodes`, 'dead'),
    0,
    'a node that holds nothing is forgotten',
  );
});

void t.test('what is kept of operations lasts while a node lives', async (t) => {
  const { open } = await ground();
  const store = await open('a');
  await entered(store);
  await store.beat([], 30_000);
  const names = ['operations', 'operation-state', 'operation-node', 'nodes', 'node-silent-ms'];
  for (const name of names) await redis.admin('PEXPIRE', prefix + name, '60000');
  await store.beat([], 30_000);
  for (const name of names) t.ok(Number(await redis.admin('PTTL', prefix + name)) > 6 * 24 * 3_600_000, name);
});

void t.test('a change that was given up by its caller is never made later', async (t) => {
  const { open: openHere } = await ground();
  const store = await openHere('a');
  const grant = await granted(store);
  const hasty = await open('b', { timeoutMs: 150 });
  await hasty.now();

  const frozen = redis.admin('CLIENT', 'PAUSE', '600', 'ALL');
  await frozen;
  await t.rejects(
    hasty.revokeGrant(grant.id, 'P-X', 'late', anEvent('grant.revoked', { grantId: grant.id })),
    {
      code: 'STORE_UNREACHABLE',
    },
  );
  await redis.admin('PING');
  await store.now();
  t.match(await store.grant(grant.id), { state: { kind: 'live' } });
});

void t.test(
  'nothing waits in a queue while Redis is away; the store says so and comes back by itself',
  async (t) => {
    const { open: openHere } = await ground();
    const store = await openHere('a');
    const grant = await granted(store);
    let reconnected = false;
    store.onChange((change) => {
      reconnected ||= change === undefined;
    });
    const ended = new Promise((resolve) => redis.process.once('close', resolve));
    redis.process.kill('SIGKILL');
    await ended;

    const before = Date.now();
    await t.rejects(store.grant(grant.id), { code: 'STORE_UNREACHABLE' });
    t.ok(Date.now() - before < 2_500);
    await redis.restart();
    while (!reconnected) await new Promise((resolve) => setTimeout(resolve, 20));
    for (;;) {
      const found = await store.grant(grant.id).catch(() => undefined);
      if (found !== undefined) {
        t.match(found, { grant, state: { kind: 'live' } });
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
);

void t.test('a thousand operations that end at once are told to Redis in groups', async (t) => {
  await ground();
  const asked: string[] = [];
  const store = await open('a', {
    async step(name, when) {
      if (when === 'before') asked.push(name);
    },
  });
  const { operation } = await entered(store);
  const ids = [operation.id, ...Array.from({ length: 999 }, (_, at) => `O-${at}`)];
  await Promise.all(ids.map((id) => store.standStill(id, 'cut')));
  await Promise.all(ids.map((id) => store.leave(id)));
  const count = (name: string) => asked.filter((each) => each === name).length;
  t.strictSame([count('stand still'), count('leave')], [16, 16]);
  t.strictSame((await store.operations()).operations, []);
});

void t.test('names with braces, stars and line ends stay inside their keys', async (t) => {
  const { open } = await ground();
  const store = await open('a');
  const dev = await store.enrol(aPerson({ subject: '}{sluice}:seq\r\n*' }), 'P-DEV');
  for (const repository of ['hub/{x}', 'hub/}:seq', 'hub/*', 'hub/a\r\nb']) {
    const scope = { repository, right: 'fetch' as const, refs: [], kinds: [] };
    const grant = await granted(store, { scope }, { principalId: dev.id });
    const { standing } = await store.stand({ principalId: dev.id }, repository);
    t.match(standing.grants, [{ grant: { id: grant.id } }]);
  }
  const keys = (await redis.admin('KEYS', '*')) as string[];
  t.strictSame(
    keys.filter((key) => !/^sluice:v1:\{sluice\}:[A-Za-z0-9:_-]+$/.test(key)),
    [],
  );
});

void t.test('the settings of Redis are looked at, and what must be mended is said', async (t) => {
  await ground();
  const found = async () => {
    const findings: string[] = [];
    const store = await openRedisStore({
      address: redis.address,
      nodeId: 'a',
      integrityKey,
      onTampered: () => undefined,
      onTrouble: () => undefined,
      onFinding: ({ ok, text }) => findings.push(`${ok ? 'ok' : 'mend'} ${text}`),
    });
    await store.close();
    return findings;
  };
  t.match(await found(), [
    /^ok Redis 7/,
    'ok eviction: noeviction',
    'ok persistence: append-only file, fsync always',
    'ok audit entries can be shared with other nodes',
  ]);
  await redis.admin('ACL', 'SETUSER', redis.username, '-xadd', '-xtrim');
  t.match((await found()).at(-1), /^mend the user may not run XADD, XTRIM: auditors at other nodes/);
  await redis.admin('ACL', 'SETUSER', redis.username, '+xadd', '+xtrim');
  t.equal(await redis.admin('EXISTS', `${prefix}entries:nobody`), 0, 'looking leaves nothing');
  await redis.admin(
    'CONFIG',
    'SET',
    'maxmemory-policy',
    'allkeys-lru',
    'maxmemory',
    '100mb',
    'appendonly',
    'no',
  );
  t.match(await found(), [/^ok/, /^mend eviction policy allkeys-lru/, /^mend persistence is off/]);
  await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0', 'appendonly', 'yes');

  await redis.admin('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
  const follow = ['--replicaof', `127.0.0.1 ${redis.port}`, '--masteruser', 'admin'];
  const replica = () => startRedis(t, [...follow, '--masterauth', redis.adminPassword]);
  const replicas = await Promise.all([replica(), replica()]);
  for (const { admin } of replicas) {
    const isFollowing = async () => ((await admin('ROLE')) as string[])[3] === 'connected';
    while (!(await isFollowing())) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.match((await found())[3], /^mend replication: a primary cut off from its 2 replicas/);
  await redis.admin('CONFIG', 'SET', 'min-replicas-to-write', '1');
  t.equal((await found())[3], 'ok replication: a change needs 1 of 2 replicas');
  await redis.admin('CONFIG', 'SET', 'min-replicas-to-write', '0');
});
