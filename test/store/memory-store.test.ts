import t from 'tap';
import { newBook } from '../../gateway/store/memory/book.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import { runContract } from './contract.ts';
import { asked, entered, granted, recorded } from './recorded.ts';
import { aCredential, aLock, anEvent, aPerson } from './samples.ts';

/** A clock that only a test moves. */
function aGround() {
  let now = Date.UTC(2026, 10, 25, 12);
  const book = newBook(() => now);
  return {
    open: async (nodeId: string) => memoryStore({ nodeId, book }),
    reach: async (at: number) => {
      now = Math.max(now, at);
    },
  };
}

void t.test('the in-process store keeps the contract', async (t) => {
  runContract(t, async () => aGround());
});

void t.test('an ended grant is told from one that never was for 24 hours', async (t) => {
  const ground = aGround();
  const store = await ground.open('a');
  const grant = await granted(store);
  await ground.reach(grant.endsAt + 24 * 3_600_000 - 1);
  await store.claimEnds();
  t.match(await store.grant(grant.id), { state: { kind: 'expired' } });
  await ground.reach(grant.endsAt + 24 * 3_600_000);
  t.equal(await store.grant(grant.id), undefined);
});

void t.test('whoever was enrolled within 30 days was seen lately', async (t) => {
  const ground = aGround();
  const store = await ground.open('a');
  const { groupsAt } = await store.enrol(aPerson(), 'P-DEV');
  await ground.reach(groupsAt + 30 * 24 * 3_600_000 - 1);
  t.match(await store.seenLately(), [{ id: 'P-DEV' }]);
  await ground.reach(groupsAt + 30 * 24 * 3_600_000);
  t.strictSame(await store.seenLately(), []);
});

void t.test('how a credential ended stays for a day, and for as long as it would have lasted', async (t) => {
  const ground = aGround();
  const store = await ground.open('a');
  const now = await store.now();
  const day = 24 * 3_600_000;
  const [brief, long] = [
    aCredential(now, { id: 'C-BRIEF', hash: '1'.repeat(64), endsAt: now + 60_000 }),
    aCredential(now, { id: 'C-LONG', hash: '2'.repeat(64), endsAt: now + 9 * day }),
  ];
  for (const credential of [brief, long]) {
    await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
    const { principalId, id } = credential;
    await recorded(store, await store.revokeCredential(principalId, id, anEvent('credential.revoked')));
  }
  const endOf = async ({ principalId, hash }: typeof brief) => {
    const credential = { hash, endsAt: Number.MAX_SAFE_INTEGER };
    const [standing] = await store.standings([{ principalId, repository: 'hub/app', credential }]);
    return standing?.credentialEnded?.why;
  };
  for (const [after, expected] of [
    [day - 1, ['revoked', 'revoked']],
    [day, ['gone', 'revoked']],
    [9 * day - 1, ['gone', 'revoked']],
    [9 * day, ['gone', 'gone']],
  ] as const) {
    await ground.reach(now + after);
    await store.claimEnds();
    t.strictSame([await endOf(brief), await endOf(long)], expected, `${after / day} days`);
  }
});

void t.test('a request can be looked up for 90 days after its last moment to be decided', async (t) => {
  const ground = aGround();
  const store = await ground.open('a');
  const request = await asked(store);
  await ground.reach(request.decideBy + 90 * 24 * 3_600_000 - 1);
  await store.claimEnds();
  t.match(await store.request(request.id), { state: { kind: 'lapsed' } });
  await ground.reach(request.decideBy + 90 * 24 * 3_600_000);
  await store.claimEnds();
  t.equal(await store.request(request.id), undefined);
});

void t.test('operations of a node silent for 30 s go to one heir', async (t) => {
  const ground = aGround();
  const [dead, heir, late] = await Promise.all(['a', 'b', 'c'].map(ground.open));
  if (dead === undefined || heir === undefined || late === undefined) throw new Error('three were opened');
  const { operation } = await entered(dead);
  const seenAt = await dead.now();
  await ground.reach(seenAt + 29_999);
  t.strictSame(await heir.adoptOperations(false), []);
  await ground.reach(seenAt + 30_000);
  t.match(await heir.adoptOperations(false), [{ operation, node: 'a', nodeSeenAt: seenAt }]);
  t.strictSame(await late.adoptOperations(false), []);
  t.match((await late.operations()).operations, [{ node: 'b' }]);
});

void t.test('how an operation stood still is known for a minute after it left', async (t) => {
  const ground = aGround();
  const store = await ground.open('a');
  const { operation } = await entered(store);
  await store.standStill(operation.id, 'cut');
  await store.leave(operation.id);
  const leftAt = await store.now();
  await ground.reach(leftAt + 59_999);
  t.strictSame(await store.stoodStill([operation.id]), new Map([[operation.id, 'cut']]));
  await ground.reach(leftAt + 60_000);
  t.strictSame(await store.stoodStill([operation.id]), new Map([[operation.id, 'gone']]));
});

void t.test('a claim that lapsed passes to the next node, which learns whose it was', async (t) => {
  const ground = aGround();
  const [dead, heir] = [await ground.open('a'), await ground.open('b')];
  const changed = await dead.lock(aLock(await dead.now()), anEvent('lock.set', { lockId: 'L-1' }));
  await ground.reach((await dead.now()) + 10_000);
  t.match(await heir.adoptOutbox(), [{ ...changed.events[0], adoptedFrom: 'a' }]);
  t.strictSame(await heir.adoptOutbox(), [], 'the claim is renewed');
  await recorded(heir, changed);
  await ground.reach((await dead.now()) + 10_000);
  t.strictSame(await heir.adoptOutbox(), []);
});

void t.test('a node that comes back finds its own lapsed events, not adopted from anybody', async (t) => {
  const ground = aGround();
  const before = await ground.open('a');
  const { events } = await before.lock(aLock(await before.now()), anEvent('lock.set'));
  const after = await ground.open('a');
  await ground.reach((await after.now()) + 10_000);
  t.strictSame(await after.adoptOutbox(), events);
});
