/** The gate, and its order with revocations and locks. */
import type { Test } from 'tap';
import { updatesKept } from '../../gateway/store/spans.ts';
import type { GatePassage, GateResult, Store } from '../../gateway/store/store.ts';
import type { Claim } from './contract.ts';
import { asked, entered, granted, grantedMany, recorded, seqOf } from './recorded.ts';
import { aCredential, aLock, anEvent, anOperation, aPassage } from './samples.ts';

const revoked = anEvent('grant.revoked');
const locked = anEvent('lock.made');
const pairs = 200;
const atOnce = 20;

/** An extension of a grant by a minute whose event nobody has acknowledged. */
async function extended(store: Store, grant: Awaited<ReturnType<typeof granted>>) {
  const request = await asked(store, { extends: grant.id });
  const endsAt = grant.endsAt + 60_000;
  const next = { ...grant, endsAt, version: grant.version + 1 };
  const at = await store.now();
  const state = { kind: 'approved' as const, at, grantIds: [grant.id] };
  const answered = { ...request, state, version: request.version + 1 };
  const changed = await store.extendGrant(next, answered, [
    anEvent('request.approved', { requestId: request.id }),
    anEvent('grant.extended', { grantId: grant.id, endsAt }),
  ]);
  return { next, changed };
}

/** Whoever stopped it must have been told what the gate said. */
function agree(t: Test, gate: GateResult, touched: readonly { passed: unknown }[] | undefined): void {
  t.match(touched, [{ passed: gate.kind === 'passed' ? gate.passed : undefined }]);
}

export const gateContract: readonly Claim[] = [
  [
    'a push passes the gate once, has its place in the order, and asked again has the same',
    async (t, ground) => {
      const store = await ground.open('a');
      const { grant, operation, passage } = await entered(store);
      const first = await store.passGate(passage);
      t.match(first, { kind: 'passed', passed: { seq: passage.decidedAt + 1, updates: passage.updates } });
      t.match((await store.operations()).operations, [{ passed: first.kind === 'passed' && first.passed }]);
      const { value } = await store.revokeGrant(grant.id, 'P-ANA', 'x', revoked);
      t.match(value, { touched: [{ operation, passed: first.kind === 'passed' && first.passed }] });
      const repeated = await store.revokeGrant(grant.id, 'P-ANA', 'x', revoked);
      t.match(repeated.value, { touched: [{ operation, passed: first.kind === 'passed' && first.passed }] });
      t.strictSame(await store.passGate(passage), first, 'even after the grant has ended');
    },
  ],
  [
    'a passage is no ticket for another push of the same operation',
    async (t, ground) => {
      const store = await ground.open('a');
      const { grant, passage } = await entered(store);
      await store.passGate(passage);
      const updates = [{ ref: 'refs/heads/main', oldId: 'b'.repeat(40), newId: 'c'.repeat(40) }];
      const second = { ...passage, updates, decidedAt: await seqOf(store) };
      const again = { ...passage, decidedAt: await seqOf(store) };
      await store.revokeGrant(grant.id, 'P-ANA', 'x', revoked);
      t.strictSame(await store.passGate({ ...passage, updates }), { kind: 'moved' });
      t.strictSame(await store.passGate(second), { kind: 'moved' });
      t.strictSame(await store.passGate(again), { kind: 'moved' });
    },
  ],
  [
    'an operation that stood still and enters again has not passed',
    async (t, ground) => {
      const store = await ground.open('a');
      const { operation, passage } = await entered(store);
      await store.passGate(passage);
      await store.enter(operation, await seqOf(store), 'again');
      t.match((await store.operations()).operations, [{ passed: Object }], 'while it moves the mark stays');
      await store.standStill(operation.id, 'completed');
      await store.enter(operation, await seqOf(store), 'again');
      t.match((await store.operations()).operations, [{ state: 'moving', passed: undefined }]);
    },
  ],
  [
    'nothing passes that is not on the books, not moving, of another node, or rests on nothing',
    async (t, ground) => {
      const [store, other] = [await ground.open('a'), await ground.open('b')];
      const { grant, operation, passage } = await entered(store);
      const never = aPassage(anOperation(grant), grant, await seqOf(store));
      t.strictSame(await store.passGate(never), { kind: 'gone' });
      t.strictSame(await other.passGate(passage), { kind: 'gone' });
      t.strictSame(await store.passGate({ ...passage, grants: [] }), { kind: 'moved' });
      await store.standStill(operation.id, 'cut');
      t.strictSame(await store.passGate(passage), { kind: 'moved' });
      t.equal(await seqOf(store), passage.decidedAt, 'nothing was marked');
    },
  ],
  [
    'a change to any grant of it or to any lock after the decision keeps a push at the gate',
    async (t, ground) => {
      const store = await ground.open('a');
      const { grant, operation, passage } = await entered(store);
      const second = await granted(store);
      const decidedAt = await seqOf(store);
      const both = [grant, second].map(({ id, endsAt }) => ({ id, endsAt }));
      await store.revokeGrant(second.id, 'P-ANA', 'x', revoked);
      t.strictSame(await store.passGate({ ...passage, grants: both, decidedAt }), { kind: 'moved' });
      const elsewhere = { kind: 'upstream' as const, upstream: 'forge' };
      await store.lock(aLock(await store.now(), { on: elsewhere }), locked);
      t.strictSame(await store.passGate(passage), { kind: 'moved' });
      t.match(await store.passGate({ ...passage, decidedAt: await seqOf(store) }), { kind: 'passed' });
      t.match((await store.operations()).operations, [{ operation, passed: Object }]);
    },
  ],
  [
    'a push whose credential was revoked does not pass; one that merely reached its end takes nothing away',
    async (t, ground) => {
      const [store, office] = [await ground.open('a'), await ground.open('b')];
      const issued = async (change: Parameters<typeof aCredential>[1]) => {
        const credential = aCredential(await store.now(), change);
        await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
        return credential;
      };
      const revokedOne = await issued({});
      const brief = await issued({ endsAt: (await store.now()) + 300 });
      const [early, late, lasting] = [await entered(store), await entered(store), await entered(store)];
      const under = (passage: GatePassage, credential: GatePassage['credential'], decidedAt: number) => ({
        ...passage,
        credential,
        decidedAt,
      });
      const seq = await seqOf(store);
      const first = under(early.passage, revokedOne, seq);
      const passed = await store.passGate(first);
      t.match(passed, { kind: 'passed' });
      const { principalId, id } = revokedOne;
      await office.revokeCredential(principalId, id, anEvent('credential.revoked'));
      const second = under(late.passage, revokedOne, seq);
      t.strictSame(await store.passGate(second), { kind: 'moved' });
      t.strictSame(await store.passGate({ ...second, decidedAt: await seqOf(store) }), { kind: 'moved' });
      t.strictSame(await store.passGate(first), passed, 'what passed before has passed');
      const never = { hash: 'never-issued', endsAt: (await store.now()) + 60_000 };
      t.strictSame(
        await store.passGate(under(late.passage, never, seq)),
        { kind: 'moved' },
        'nor one that is gone',
      );
      await ground.reach(brief.endsAt);
      t.match(await store.passGate(under(lasting.passage, brief, seq)), { kind: 'passed' });
    },
  ],
  [
    'of a push at the gate and its credential’s revocation at the same moment, one comes first for both',
    async (t, ground) => {
      const [gate, office] = [await ground.open('a'), await ground.open('b')];
      const outcomes = { passed: 0, moved: 0, gone: 0 };
      for (let at = 0; at < atOnce; at += 1) {
        const credential = aCredential(await gate.now());
        await recorded(gate, await gate.issueCredential(credential, anEvent('credential.issued')));
        const { passage } = await entered(gate);
        const { principalId, id } = credential;
        const revoking = office.revokeCredential(principalId, id, anEvent('credential.revoked'));
        if (at % 2 === 1) await gate.now();
        const [answer, { events }] = await Promise.all([gate.passGate({ ...passage, credential }), revoking]);
        outcomes[answer.kind] += 1;
        const revokedAt = events[0]?.seq ?? 0;
        if (answer.kind === 'passed') t.ok(answer.passed.seq < revokedAt, 'it passed before the revocation');
      }
      t.comment(outcomes);
    },
  ],
  [
    'a push is late at the gate in the very millisecond its grant ends',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store, { endsAt: (await store.now()) + 400 });
      const { passage } = await entered(store, {}, grant);
      const early = { ...passage, grants: [{ id: grant.id, endsAt: await store.now() }] };
      t.strictSame(await store.passGate(early), { kind: 'moved' }, 'the end it was decided by counts');
      await ground.reach(grant.endsAt);
      t.strictSame(await store.passGate(passage), { kind: 'moved' });
      t.equal(await store.enter(anOperation(grant), passage.decidedAt, 'first'), 'moved');
    },
  ],
  [
    'an extension that is not recorded yet does not carry a push past the former end',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store, { endsAt: (await store.now()) + 700 });
      const { operation, passage } = await entered(store, {}, grant);
      const { next, changed } = await extended(store, grant);
      t.equal(changed.value.kind, 'extended');
      t.strictSame(await store.passGate(passage), { kind: 'moved' }, 'the extension is a change');
      const decidedAt = await seqOf(store);
      const later = { ...passage, decidedAt, grants: [{ id: grant.id, endsAt: next.endsAt }] };
      t.equal(await store.enter(operation, decidedAt, 'again'), 'entered', 'until the former end it goes on');
      await ground.reach(grant.endsAt);
      t.strictSame(await store.passGate(later), { kind: 'moved' });
      t.equal(await store.enter(operation, decidedAt, 'again'), 'moved');
      await recorded(store, changed);
      t.match(await store.passGate(later), { kind: 'passed' });
    },
  ],
  [
    'a revocation finds what passed under the grant, though its last decision rests on another',
    async (t, ground) => {
      const store = await ground.open('a');
      const { operation, passage } = await entered(store);
      const other = await granted(store);
      const decidedAt = await seqOf(store);
      const grants = [{ id: other.id, endsAt: other.endsAt }];
      t.match(await store.passGate({ ...passage, grants, decidedAt }), { kind: 'passed' });
      const { value } = await store.revokeGrant(other.id, 'P-ANA', 'x', revoked);
      t.match(value, { touched: [{ operation, passed: Object }] });
    },
  ],
  [
    'a push keeps its first 1,000 updates and names that are not UTF-8',
    async (t, ground) => {
      const store = await ground.open('a');
      const { passage } = await entered(store);
      const [update] = passage.updates;
      const updates = Array.from({ length: updatesKept + 1 }, (_, at) => ({
        oldId: update?.oldId ?? '',
        newId: at.toString(16).padStart(40, '0'),
        ref: { base64: Buffer.from(`refs/heads/\xff ${at}`, 'latin1').toString('base64') },
      }));
      const first = await store.passGate({ ...passage, updates });
      t.match(first, { kind: 'passed' });
      t.strictSame(first.kind === 'passed' && first.passed.updates, updates.slice(0, updatesKept));
      const differs = updates.with(updatesKept, { ...updates[0], newId: 'f'.repeat(40) } as never);
      const other = await store.passGate({ ...passage, updates: differs });
      t.not(other.kind === 'passed' && other.passed.seq, first.kind === 'passed' && first.passed.seq);
    },
  ],
  [
    'of a push at the gate and a revocation at the same moment, both tell the same order',
    async (t, ground) => {
      const [gate, office] = [await ground.open('a'), await ground.open('b')];
      const grants = await grantedMany(gate, pairs);
      const met = await Promise.all(grants.map((grant) => entered(gate, {}, grant)));
      const decidedAt = await seqOf(gate);
      const outcomes = { passed: 0, moved: 0, gone: 0 };
      for (let from = 0; from < pairs; from += atOnce) {
        const raced = met.slice(from, from + atOnce).map(async ({ grant, passage }, at) => {
          // A revocation reads before it changes; every second push does too, so that they meet.
          const pass = async () => {
            if (at % 2 === 1) await gate.now();
            return await gate.passGate({ ...passage, decidedAt });
          };
          const revoke = () => office.revokeGrant(grant.id, 'P-ANA', 'x', revoked);
          const revoking = at % 2 === 1 ? revoke() : undefined;
          const [passed, { value }] = await Promise.all([pass(), revoking ?? revoke()]);
          outcomes[passed.kind] += 1;
          agree(t, passed, value.kind === 'revoked' ? value.touched : undefined);
        });
        await Promise.all(raced);
      }
      t.comment(outcomes);
    },
  ],
  [
    'of pushes at the gate and a lock at the same moment, all tell the same order',
    async (t, ground) => {
      const [gate, office] = [await ground.open('a'), await ground.open('b')];
      const grant = await granted(gate);
      const outcomes = { passed: 0, moved: 0, gone: 0 };
      for (let from = 0; from < pairs; from += atOnce) {
        const met = await Promise.all(Array.from({ length: atOnce }, () => entered(gate, {}, grant)));
        const half = met.length / 2;
        const pass = (some: typeof met) => some.map(({ passage }) => gate.passGate(passage));
        const early = pass(met.slice(0, half));
        const locking = office.lock(aLock(0), locked);
        await gate.now();
        const passed = await Promise.all([...early, ...pass(met.slice(half))]);
        const { lock, touched } = (await locking).value;
        for (const [at, { operation }] of met.entries()) {
          const gateResult = passed[at] ?? { kind: 'moved' };
          outcomes[gateResult.kind] += 1;
          const found = touched.filter((state) => state.operation.id === operation.id);
          agree(t, gateResult, found);
        }
        await office.lift(lock.id, anEvent('lock.lifted'));
        await Promise.all(met.map(({ operation }) => gate.leave(operation.id)));
      }
      t.comment(outcomes);
    },
  ],
  [
    'an operation that enters while its grant is revoked is touched, or did not enter',
    async (t, ground) => {
      const [node, office] = [await ground.open('a'), await ground.open('b')];
      const grants = await grantedMany(node, pairs);
      const seq = await seqOf(node);
      const outcomes = { entered: 0, moved: 0, gone: 0 };
      for (let from = 0; from < pairs; from += atOnce) {
        const raced = grants.slice(from, from + atOnce).map(async (grant, at) => {
          const enter = () => node.enter(anOperation(grant), seq, 'first');
          const entering = at % 2 === 0 ? enter() : undefined;
          const revoking = office.revokeGrant(grant.id, 'P-ANA', 'x', revoked);
          await node.now();
          const came = await (entering ?? enter());
          const { value } = await revoking;
          outcomes[came] += 1;
          t.match(value, { kind: 'revoked', touched: { length: came === 'entered' ? 1 : 0 } });
        });
        await Promise.all(raced);
      }
      t.comment(outcomes);
    },
  ],
];
