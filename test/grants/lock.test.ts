import t from 'tap';
import { entryOfEvent } from '../../gateway/audit/entry.ts';
import { decide } from '../../gateway/grants/decide.ts';
import type { LockAsked } from '../../gateway/grants/lock.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { Lock, Principal, Right } from '../../gateway/store/records.ts';
import { granted, newestGrants } from '../store/recorded.ts';
import { aLock, anEvent, anOperation } from '../store/samples.ts';
import { aTown, hour, minute, people, type Town } from './samples.ts';

const scope = {
  repository: 'hub/app',
  right: 'push' as const,
  refs: ['refs/heads/**'],
  kinds: ['update' as const],
};

/** Two developers with a grant to push, and an admin. */
async function aLockedTown() {
  const town = aTown();
  const { dev, ana } = await people(town);
  const other = await town.person('other', ['developers']);
  const admin = await town.person('admin', ['admins']);
  for (const { id } of [dev, other])
    await granted(town.store, {
      principalId: id,
      scope,
      endsAt: town.now + 4 * hour,
      latestEndsAt: town.now + 4 * hour,
    });
  const lock = async (change: Partial<LockAsked> = {}): Promise<Lock> => {
    const made = await town.interventions.lock({
      on: { kind: 'everything' },
      except: [],
      reason: 'release freeze',
      by: admin,
      ...change,
    });
    if (isRefusal(made)) throw new Error(made.text);
    return made.lock;
  };
  return { town, dev, ana, other, admin, lock };
}

/** What `decide` would say now. */
async function decided({ store }: Town, { id: principalId }: Principal, right: Right) {
  const { standing } = await store.stand({ principalId }, 'hub/app');
  return decide({ principalId, repository: 'hub/app', right }, standing, standing.now);
}

void t.test('a lock stops everybody but those excepted, and says why', async (t) => {
  const { town, dev, other, lock } = await aLockedTown();
  const { id } = await lock({ except: [other.id] });
  t.match(await decided(town, dev, 'fetch'), {
    allowed: false,
    reason: 'locked',
    lock: { id, reason: 'release freeze' },
  });
  t.match(await decided(town, other, 'fetch'), { allowed: true });
});

void t.test('a lock on push lets fetches pass', async (t) => {
  const { town, dev, lock } = await aLockedTown();
  await lock({ on: { kind: 'repository', repository: 'hub/app' }, right: 'push' });
  t.match(await decided(town, dev, 'fetch'), { allowed: true });
  t.match(await decided(town, dev, 'push'), { reason: 'locked' });
});

void t.test('a lock with an end opens by itself in the very millisecond', async (t) => {
  const { town, dev, lock } = await aLockedTown();
  await lock({ until: town.now + minute });
  town.now += minute - 1;
  t.match(await decided(town, dev, 'push'), { reason: 'locked' });
  town.now += 1;
  t.match(await decided(town, dev, 'push'), { allowed: true });
});

void t.test('a grant approved under a lock opens nothing until the lock is lifted', async (t) => {
  const { town, dev, ana, admin, lock } = await aLockedTown();
  const { id } = await lock({ on: { kind: 'principal', principalId: dev.id } });
  const request = await town.elevations.ask({
    by: dev,
    scopes: [{ repository: 'hub/new', right: 'fetch' }],
    durationMs: hour,
    reason: 'look',
  });
  if (isRefusal(request)) throw new Error(request.text);
  const approved = { requestId: request.id, by: ana, authenticatedAt: town.now };
  t.match(await town.elevations.approve(approved), { state: { kind: 'approved' } });
  const ask = { principalId: dev.id, repository: 'hub/new', right: 'fetch' as const };
  const decideNew = async () => {
    const { standing } = await town.store.stand({ principalId: dev.id }, 'hub/new');
    return decide(ask, standing, standing.now);
  };
  t.match(await decideNew(), { reason: 'locked' });
  t.match(await town.interventions.lift({ lockId: id, by: admin, reason: 'found it' }), { lock: { id } });
  t.match(await decideNew(), { allowed: true });
});

void t.test('making and lifting are on record, in entries the log takes', async (t) => {
  const { town, other, admin, lock } = await aLockedTown();
  const { id } = await lock({ except: [other.id], right: 'push', until: town.now + hour });
  await town.interventions.lift({ lockId: id, by: admin, reason: 'shipped' });
  const entries = town.events
    .filter(({ type }) => type.startsWith('lock.'))
    .map((event) => entryOfEvent(event, 'here'));
  t.match(entries, [
    {
      type: 'lock.made',
      lockId: id,
      on: { kind: 'everything' },
      right: 'push',
      except: [other.id],
      reason: 'release freeze',
      by: admin.id,
      until: town.now + hour,
    },
    { type: 'lock.lifted', lockId: id, by: admin.id, reason: 'shipped' },
  ]);
});

void t.test('the same lock asked for again is the one that stands, and tells what it met', async (t) => {
  const { town, other, admin, lock } = await aLockedTown();
  const [held] = await newestGrants(town.store, other.id);
  if (held === undefined) throw new Error('no grant');
  const operation = anOperation(held.grant);
  const { standing } = await town.store.stand({ principalId: other.id }, operation.repository);
  await town.store.enter(operation, standing.seq, 'first');
  const stop = town.store.onChange(() => void town.store.standStill(operation.id, 'cut'));
  const { id } = await lock({ until: town.now + hour });
  stop();

  town.now += minute;
  const asked = { on: { kind: 'everything' }, except: [], reason: 'release freeze', by: admin } as const;
  const again = await town.interventions.lock({ ...asked, until: town.now + hour });
  t.match(again, { lock: { id }, running: { cut: [{ operation: { id: operation.id } }] }, recorded: true });
  t.equal((await town.store.locks()).length, 1);
  t.equal(town.events.filter(({ type }) => type === 'lock.made').length, 1);

  const ids = new Set([id]);
  ids.add((await lock({ until: town.now + 2 * hour })).id);
  ids.add((await lock()).id);
  ids.add((await lock({ reason: 'other' })).id);
  ids.add((await lock({ right: 'push' })).id);
  ids.add((await lock({ except: [other.id] })).id);
  t.equal(ids.size, 6, 'each of these is another lock');
  await town.interventions.lift({ lockId: id, by: admin, reason: 'x' });
  t.notOk(ids.has((await lock({ until: town.now + hour })).id), 'after lifting it is a new one');
});

void t.test('only admins lock and lift, with a reason, and only what is known', async (t) => {
  const { town, dev, ana, admin, lock } = await aLockedTown();
  const asked: LockAsked = { on: { kind: 'everything' }, except: [], reason: 'x', by: admin };
  const { id } = await lock();
  const { interventions } = town;
  for (const by of [dev, ana]) {
    t.match(await interventions.lock({ ...asked, by }), { refused: 'role-missing' });
    t.match(await interventions.lift({ lockId: id, by, reason: 'x' }), { refused: 'role-missing' });
  }
  t.match(await interventions.lock({ ...asked, reason: ' ' }), { refused: 'bad-comment' });
  t.match(await interventions.lift({ lockId: id, by: admin, reason: ' ' }), { refused: 'bad-comment' });
  t.match(await interventions.lock({ ...asked, except: ['P-N0B0DY'] }), {
    refused: 'bad-lock',
    text: /P-N0B0DY/,
  });
  t.match(await interventions.lock({ ...asked, on: { kind: 'principal', principalId: 'P-N0B0DY' } }), {
    refused: 'bad-lock',
  });
  t.match(await interventions.lock({ ...asked, until: town.now }), { refused: 'bad-lock' });
  t.equal((await town.store.locks()).length, 1);
  t.match(await interventions.lift({ lockId: id, by: admin, reason: 'done' }), { lock: { id } });
  t.match(await interventions.lift({ lockId: id, by: admin, reason: 'done' }), { refused: 'unknown' });
  town.now += 13 * hour;
  t.match(await interventions.lock(asked), { refused: 'groups-stale' });
});

void t.test('leavers who are locked out do not use up the locks an admin may make', async (t) => {
  const { town, dev, lock } = await aLockedTown();
  const lockOut = async () =>
    await town.store.lock(
      aLock(town.now, { on: { kind: 'principal', principalId: dev.id }, untilSignIn: true }),
      anEvent('lock.made'),
    );
  for (let made = 0; made < 500; made += 1) await lockOut();
  t.match(await lock(), { reason: 'release freeze' });
});

void t.test('cutting one operation is on record and leaves its grant', async (t) => {
  const { town, dev, ana, admin } = await aLockedTown();
  const [held] = await newestGrants(town.store, dev.id);
  const { standing } = await town.store.stand({ principalId: dev.id }, 'hub/app');
  const operation = {
    id: 'O-1',
    door: 'https' as const,
    principalId: dev.id,
    credentialId: 'C-1',
    repository: 'hub/app',
    right: 'fetch' as const,
    grantIds: [held?.grant.id ?? ''],
    startedAt: town.now,
  };
  t.equal(await town.store.enter(operation, standing.seq, 'first'), 'entered');
  const { cut } = town.interventions;
  t.match(await cut({ operation, by: ana, reason: 'x' }), { refused: 'role-missing' });
  t.match(await cut({ operation: { ...operation, id: 'O-2' }, by: admin, reason: 'x' }), {
    refused: 'unknown',
  });
  t.match(await cut({ operation, by: admin, reason: '' }), { refused: 'bad-comment' });
  const stop = town.store.onChange(() => void town.store.standStill('O-1', 'cut'));
  t.match(await cut({ operation, by: admin, reason: 'too much' }), {
    running: { cut: [{ operation }] },
  });
  stop();
  const [entry] = town.events
    .filter(({ type }) => type === 'operation.cut-ordered')
    .map((event) => entryOfEvent(event, 'here'));
  t.match(entry, {
    operationId: 'O-1',
    principalId: dev.id,
    repository: 'hub/app',
    by: admin.id,
    reason: 'too much',
  });
  t.match(await decided(town, dev, 'fetch'), { allowed: true });
  t.match(await cut({ operation, by: admin, reason: 'again' }), {
    running: { cut: [{ operation }], unconfirmed: [] },
  });
});
