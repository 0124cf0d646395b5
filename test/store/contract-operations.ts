/** Running operations: on the books, standing still, off the books, taken over, cut. */
import type { Change, Store } from '../../gateway/store/store.ts';
import type { Claim, Ground } from './contract.ts';
import { entered, granted, recorded, seqOf } from './recorded.ts';
import { aLock, anEvent, anOperation } from './samples.ts';

const cutOrdered = anEvent('operation.cut-ordered');

/** The ids of what is on the books. */
async function onTheBooks(store: Store): Promise<readonly string[]> {
  return (await store.operations()).operations.map(({ operation }) => operation.id).toSorted();
}

/** Resolves with the first change of this kind after `work`. */
async function told(store: Store, kind: Change['kind'], work: () => Promise<unknown>): Promise<Change> {
  const change = new Promise<Change>((resolve) => {
    const stop = store.onChange((heard) => {
      if (heard?.kind !== kind) return;
      stop();
      resolve(heard);
    });
  });
  await work();
  return await change;
}

/** Has the heir take over so many operations of a node that has said it would be silent for a moment only. */
async function takeOver(ground: Ground, from: Store, heir: Store, count: number): Promise<void> {
  await from.beat([], 1);
  await ground.reach((await heir.now()) + 1);
  const adopted = await heir.adoptOperations(false);
  if (adopted.length !== count) throw new Error(`${adopted.length} operations were taken over, not ${count}`);
}

export const operationContract: readonly Claim[] = [
  [
    'every node sees an operation from its entry to its leaving, and how far it is',
    async (t, ground) => {
      const [here, there] = [await ground.open('a'), await ground.open('b')];
      const { operation } = await entered(here);
      await here.beat([{ id: operation.id, bytesUp: 7, bytesDown: 9 }], 30_000);
      await there.beat([{ id: operation.id, bytesUp: 1_000, bytesDown: 1_000 }], 30_000);
      const { operations, now } = await there.operations();
      t.match(operations, [
        { operation, node: 'a', state: 'moving', passed: undefined, bytesUp: 7, bytesDown: 9 },
      ]);
      const seenAt = operations[0]?.nodeSeenAt ?? 0;
      t.ok(seenAt <= now && seenAt > now - 10_000);

      await here.leave(operation.id);
      t.strictSame((await there.operations()).operations, []);
    },
  ],
  [
    'an operation does not enter under a grant or lock that changed since it was decided, nor under none',
    async (t, ground) => {
      const store = await ground.open('a');
      const [lasting, ending] = [await granted(store), await granted(store)];
      const seq = await seqOf(store);
      await store.revokeGrant(ending.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      t.equal(await store.enter(anOperation(lasting), seq, 'first'), 'entered');
      t.equal(await store.enter(anOperation(ending), seq, 'first'), 'moved');
      t.equal(
        await store.enter(anOperation(ending), await seqOf(store), 'first'),
        'moved',
        'ended, whatever the number',
      );
      const both = anOperation(lasting, { grantIds: [lasting.id, ending.id] });
      t.equal(await store.enter(both, seq, 'first'), 'moved');
      t.equal(await store.enter(anOperation(lasting, { grantIds: [] }), seq, 'first'), 'moved');

      const { value } = await store.lock(aLock(await store.now()), anEvent('lock.made'));
      t.equal(await store.enter(anOperation(lasting), seq, 'first'), 'moved');
      const locked = await seqOf(store);
      await store.lift(value.lock.id, anEvent('lock.lifted'));
      t.equal(await store.enter(anOperation(lasting), locked, 'first'), 'moved', 'lifting is a change too');
      t.equal(await store.enter(anOperation(lasting), await seqOf(store), 'first'), 'entered');
      t.equal((await onTheBooks(store)).length, 2);
    },
  ],
  [
    'an operation that enters again rests on the grants of its later decision',
    async (t, ground) => {
      const store = await ground.open('a');
      const { operation, grant: former } = await entered(store);
      const later = await granted(store);
      const moved = { ...operation, grantIds: [later.id] };
      t.equal(await store.enter(moved, await seqOf(store), 'again'), 'entered');
      t.strictSame(await onTheBooks(store), [operation.id]);
      const none = await store.revokeGrant(former.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      t.match(none.value, { kind: 'revoked', touched: [] });
      const one = await store.revokeGrant(later.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      t.match(one.value, { touched: [{ operation: moved, node: 'a', state: 'moving' }] });
      await store.standStill(moved.id, 'cut');
      await store.leave(moved.id);
      const repeated = await store.revokeGrant(later.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      t.match(
        repeated,
        {
          value: {
            kind: 'revoked',
            grant: { state: { kind: 'revoked', by: 'P-ANA', reason: 'x' } },
            touched: [{ operation: moved, node: 'a', state: 'moving', passed: undefined }],
            repeated: { recorded: false },
          },
          events: [],
        },
        'who lost the answer hears it again, though the operation has gone',
      );
      await recorded(store, one);
      const known = await store.revokeGrant(later.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      t.match(known.value, { repeated: { recorded: true } });
      for (const [by, reason] of [
        ['P-BOB', 'x'],
        ['P-ANA', 'y'],
      ] as const) {
        const other = await store.revokeGrant(later.id, by, reason, anEvent('grant.revoked'));
        t.match(other.value, { kind: 'ended-before' }, 'another revocation is not that one');
        t.notOk('touched' in other.value);
      }
    },
  ],
  [
    'how an operation stood still is told, and can be read for a minute after it left',
    async (t, ground) => {
      const [node, waiting] = [await ground.open('a'), await ground.open('b')];
      const { operation } = await entered(node);
      const ids = [operation.id, 'O-NEVER'];
      t.strictSame(await waiting.stoodStill(ids), new Map([['O-NEVER', 'gone']]));
      const change = await told(waiting, 'operation', () => node.standStill(operation.id, 'cut'));
      t.match(change, { id: operation.id, principalId: operation.principalId });
      const still = new Map([
        [operation.id, 'cut'],
        ['O-NEVER', 'gone'],
      ]);
      t.strictSame(await waiting.stoodStill(ids), still);
      await node.standStill(operation.id, 'completed');
      t.strictSame(await waiting.stoodStill(ids), still, 'it stands still once');
      t.match((await waiting.operations()).operations, [{ state: { still: 'cut' } }]);

      await node.leave(operation.id);
      t.strictSame(await waiting.stoodStill(ids), still);
      await node.leave(operation.id);
      await node.standStill('O-NEVER', 'cut');
      t.strictSame(await waiting.stoodStill(ids), still, 'once more is harmless, and so is an unknown one');
      t.strictSame(await waiting.stoodStill([]), new Map());
    },
  ],
  [
    'each of many that stand still at once, and leave at once, is told of both times and found as it stood',
    async (t, ground) => {
      const [node, waiting] = [await ground.open('a'), await ground.open('b')];
      const grant = await granted(node);
      const ids: string[] = [];
      while (ids.length < 130) ids.push((await entered(node, {}, grant)).operation.id);
      // Messages come in order: behind such a one none of the others is on its way.
      const locked = () =>
        told(waiting, 'lock', async () => node.lock(aLock(await node.now()), anEvent('lock.made')));
      await locked();
      const heard: string[] = [];
      const stop = waiting.onChange((change) => {
        if (change?.kind === 'operation') heard.push(change.id);
      });
      const howOf = (id: string) => (ids.indexOf(id) % 2 === 0 ? 'cut' : 'completed');
      await Promise.all(ids.map((id) => node.standStill(id, howOf(id))));
      const still = new Map(ids.map((id) => [id, howOf(id)]));
      t.strictSame(await waiting.stoodStill(ids), still);
      await Promise.all(ids.map((id) => node.leave(id)));
      t.strictSame(await onTheBooks(waiting), []);
      t.strictSame(await waiting.stoodStill(ids), still);
      await locked();
      stop();
      t.strictSame(heard.toSorted(), [...ids, ...ids].toSorted());
    },
  ],
  [
    'an operation is told of on every node when it enters, and not each time it enters again',
    async (t, ground) => {
      const [node, watching] = [await ground.open('a'), await ground.open('b')];
      const grant = await granted(node);
      const operation = anOperation(grant);
      const seq = await seqOf(node);
      const heard: string[] = [];
      const stop = watching.onChange((change) => {
        if (change?.kind === 'operation') heard.push(change.id);
      });
      await node.enter(operation, seq, 'first');
      await node.enter(operation, seq, 'again');
      await told(watching, 'lock', async () => node.lock(aLock(await node.now()), anEvent('lock.made')));
      stop();
      t.strictSame(heard, [operation.id]);
    },
  ],
  [
    'an operation that leaves while it moved is told of, and nobody knows how it stood still',
    async (t, ground) => {
      const store = await ground.open('a');
      const { operation } = await entered(store);
      const change = await told(store, 'operation', () => store.leave(operation.id));
      t.match(change, { id: operation.id, principalId: operation.principalId });
      t.strictSame(await store.stoodStill([operation.id]), new Map([[operation.id, 'gone']]));
    },
  ],
  [
    'a lock touches what it stops: not the other right, not the excepted, nothing that stands still',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store);
      const other = await granted(store, {}, { principalId: 'P-ANA' });
      const push = (await entered(store, {}, grant)).operation;
      const fetch = (await entered(store, { right: 'fetch' }, grant)).operation;
      const elsewhere = (await entered(store, { repository: 'forge/x' }, grant)).operation;
      const excepted = (await entered(store, {}, other)).operation;
      const still = (await entered(store, {}, grant)).operation;
      await store.standStill(still.id, 'completed');
      const now = await store.now();
      const touched = async (change: Parameters<typeof aLock>[1]) =>
        (await recorded(store, await store.lock(aLock(now, change), anEvent('lock.made')))).touched
          .map(({ operation }) => operation.id)
          .toSorted();

      t.strictSame(
        await touched({}),
        [push, fetch, elsewhere, excepted].map(({ id }) => id),
      );
      t.strictSame(await touched({ right: 'push', except: ['P-ANA'] }), [push.id, elsewhere.id]);
      t.strictSame(await touched({ on: { kind: 'upstream', upstream: 'forge' } }), [elsewhere.id]);
      const app = { kind: 'repository' as const, repository: push.repository };
      t.strictSame(await touched({ on: app, right: 'fetch' }), [fetch.id]);
      t.strictSame(await touched({ on: { kind: 'principal', principalId: 'P-ANA' } }), [excepted.id]);
      t.strictSame(await touched({ until: now - 1 }), []);
    },
  ],
  [
    'an order to cut is told to the node of the operation, and the first one stands',
    async (t, ground) => {
      const [node, other] = [await ground.open('a'), await ground.open('b')];
      const { operation, passage } = await entered(node);
      const { principalId, repository, id: operationId } = operation;
      const ask = [
        { principalId, repository, operationId },
        { principalId, repository },
      ];
      t.strictSame(
        (await node.standings(ask)).map(({ cut }) => cut),
        [undefined, undefined],
      );

      const change = await told(node, 'operation', async () => {
        const { value, events } = await other.cutOperation(operationId, 'P-OPS', 'too large', cutOrdered);
        t.match(value, { kind: 'told', operation: { operation, node: 'a', state: 'moving' } });
        t.match(events, [{ type: 'operation.cut-ordered' }]);
      });
      t.match(change, { id: operationId, principalId });
      await other.cutOperation(operationId, 'P-SECOND', 'me too', cutOrdered);
      const [asked, without] = await node.standings(ask);
      t.match(asked?.cut, { by: 'P-OPS', reason: 'too large', at: Number });
      t.equal(without?.cut, undefined);
      t.strictSame(await node.passGate({ ...passage, decidedAt: await seqOf(node) }), { kind: 'moved' });
    },
  ],
  [
    'what passed or stands still is not cut, and of an unknown operation no event comes',
    async (t, ground) => {
      const store = await ground.open('a');
      const [passed, still] = [await entered(store), await entered(store)];
      t.match(await store.passGate({ ...passed.passage, decidedAt: await seqOf(store) }), { kind: 'passed' });
      await store.standStill(still.operation.id, 'completed');
      const cut = (id: string) => store.cutOperation(id, 'P-OPS', 'x', cutOrdered);
      const late = await cut(passed.operation.id);
      t.match(late.value, { kind: 'passed', operation: { passed: { updates: passed.passage.updates } } });
      t.equal(late.events.length, 1);
      t.match((await cut(still.operation.id)).value, { kind: 'still' });
      t.strictSame(await cut('O-NEVER'), { value: { kind: 'unknown' }, events: [] });
      const { principalId, repository, id: operationId } = passed.operation;
      const [standing] = await store.standings([{ principalId, repository, operationId }]);
      t.equal(standing?.cut, undefined);
    },
  ],
  [
    'a restarted node takes over what its earlier process left, and nothing of a node that lives',
    async (t, ground) => {
      const [before, other] = [await ground.open('a'), await ground.open('b')];
      const { operation } = await entered(before);
      const theirs = await entered(other);
      t.strictSame(await other.adoptOperations(false), []);
      t.strictSame(await before.adoptOperations(false), [], 'a node does not take its own from itself');
      const after = await ground.open('a');
      t.match(await after.adoptOperations(true), [{ operation, node: 'a', state: 'moving' }]);
      await after.leave(operation.id);
      t.strictSame(await after.adoptOperations(true), []);
      t.strictSame(await onTheBooks(after), [theirs.operation.id]);
    },
  ],
  [
    'a node is silent for as long as it said with its last sign of life, and no shorter',
    async (t, ground) => {
      const [hasty, patient, heir] = [
        await ground.open('hasty'),
        await ground.open('patient'),
        await ground.open('heir'),
      ];
      const { operation } = await entered(hasty);
      await entered(patient);
      await hasty.beat([], 60_000);
      await hasty.beat([], 300);
      await patient.beat([], 60_000);
      const at = await heir.now();
      t.strictSame(await heir.adoptOperations(false), []);
      await ground.reach(at + 300);
      t.match(await heir.adoptOperations(false), [{ operation, node: 'hasty', state: 'moving' }]);
      t.strictSame(await heir.adoptOperations(false), []);
    },
  ],
  [
    'what was taken over does not enter again and does not pass, before its end is on record and after',
    async (t, ground) => {
      const [woken, heir] = [await ground.open('woken'), await ground.open('heir')];
      const { operation, passage } = await entered(woken);
      const passed = await entered(woken);
      t.match(await woken.passGate({ ...passed.passage, decidedAt: await seqOf(woken) }), { kind: 'passed' });
      await takeOver(ground, woken, heir, 2);
      for (const when of ['before', 'after']) {
        const seq = await seqOf(woken);
        t.equal(await woken.enter(operation, seq, 'again'), 'gone', when);
        t.strictSame(await woken.passGate({ ...passage, decidedAt: seq }), { kind: 'gone' }, when);
        const again = await woken.passGate({ ...passed.passage, decidedAt: seq });
        t.strictSame(again, { kind: 'gone' }, `${when}, though it had passed`);
        if (when === 'before') t.equal(await woken.enter(operation, seq, 'first'), 'gone');
        await heir.leave(operation.id);
        await heir.leave(passed.operation.id);
      }
    },
  ],
  [
    'a node learns that its operation was taken over, at once and whenever it reads again',
    async (t, ground) => {
      const [woken, heir] = [await ground.open('woken'), await ground.open('heir')];
      const { operation } = await entered(woken);
      const { principalId, repository, id: operationId } = operation;
      const ask = [
        { principalId, repository, operationId },
        { principalId, repository },
      ];
      const takenOver = async (store: Store) =>
        (await store.standings(ask)).map((standing) => standing.takenOver);
      t.strictSame(await takenOver(woken), [undefined, undefined]);
      const change = await told(woken, 'operation', () => takeOver(ground, woken, heir, 1));
      t.match(change, { id: operationId, principalId });
      t.strictSame(await takenOver(woken), [true, undefined]);
      t.strictSame(await takenOver(heir), [undefined, undefined]);
      await heir.leave(operationId);
      t.strictSame(await takenOver(woken), [true, undefined], 'also once its end is on record');
    },
  ],
  [
    'a node neither stills nor takes off the books what another has taken over',
    async (t, ground) => {
      const [woken, heir] = [await ground.open('woken'), await ground.open('heir')];
      const { operation } = await entered(woken);
      await takeOver(ground, woken, heir, 1);
      await woken.standStill(operation.id, 'completed');
      await woken.leave(operation.id);
      t.match((await heir.operations()).operations, [{ operation, node: 'heir', state: 'moving' }]);
      t.strictSame(await heir.stoodStill([operation.id]), new Map());
    },
  ],
];
