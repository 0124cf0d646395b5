/** Ends that nobody made, and events that must reach the audit. */
import type { Claim } from './contract.ts';
import { asked, granted, recorded, seqsOf } from './recorded.ts';
import { aLock, anEvent } from './samples.ts';

export const endsContract: readonly Claim[] = [
  [
    'every end becomes one event, on one of the nodes that look for it',
    async (t, ground) => {
      const [store, other] = [await ground.open('a'), await ground.open('b')];
      const soon = (await store.now()) + 400;
      const grants = [await granted(store, { endsAt: soon }), await granted(store, { endsAt: soon - 1 })];
      const request = await asked(store, { decideBy: soon });
      const live = await granted(store);
      await ground.reach(soon);
      const looks = [store, other, store, other].map((node) => node.claimEnds());
      const events = (await Promise.all(looks)).flat();
      const expired = events.filter(({ type }) => type === 'grant.expired').map(({ body }) => body.grantId);
      const lapsed = events.filter(({ type }) => type === 'request.lapsed').map(({ body }) => body.requestId);
      t.strictSame(expired.toSorted(), grants.map(({ id }) => id).toSorted());
      t.strictSame(lapsed, [request.id]);
      t.match(await store.request(request.id), {
        state: { kind: 'lapsed', at: request.decideBy },
        version: 2,
      });
      t.match(await store.grant(live.id), { state: { kind: 'live' } });
      t.strictSame(await store.claimEnds(), []);
    },
  ],
  [
    'a revoked grant does not expire as well',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store, { endsAt: (await store.now()) + 300 });
      await store.revokeGrant(grant.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      await ground.reach(grant.endsAt);
      t.strictSame(await store.claimEnds(), []);
      t.match(await store.grant(grant.id), { state: { kind: 'revoked' } });
    },
  ],
  [
    'a node’s events are its own while its claim runs',
    async (t, ground) => {
      const [mine, other] = [await ground.open('a'), await ground.open('b')];
      const { events } = await mine.lock(aLock(await mine.now()), anEvent('lock.set'));
      t.strictSame(await other.adoptOutbox(), []);
      t.strictSame(await mine.adoptOutbox(), []);
      await mine.acknowledge(seqsOf(events));
    },
  ],
  [
    'a change tells every node what moved',
    async (t, ground) => {
      const [mine, other] = [await ground.open('a'), await ground.open('b')];
      const grant = await granted(mine);
      const before = (await mine.grant(grant.id))?.seq ?? 0;
      const heard = new Promise((resolve) => {
        const stop = other.onChange((change) => {
          // What was told before may still be on its way.
          if (change?.id !== grant.id || change.kind !== 'grant' || change.seq <= before) return;
          stop();
          resolve(change);
        });
      });
      const { events } = await mine.revokeGrant(grant.id, 'P-ANA', 'x', anEvent('grant.revoked'));
      const change = { seq: events[0]?.seq, kind: 'grant', id: grant.id, principalId: grant.principalId };
      t.strictSame(await heard, change);
    },
  ],
  [
    'a grant is told of again when it begins to count',
    async (t, ground) => {
      const [mine, other] = [await ground.open('a'), await ground.open('b')];
      const lock = await mine.lock(aLock(await mine.now()), anEvent('lock.set'));
      const kinds: string[] = [];
      const grantTwice = new Promise<void>((resolve) => {
        other.onChange((change) => {
          kinds.push(change?.kind ?? 'reconnect');
          if (kinds.filter((kind) => kind === 'grant').length === 2) resolve();
        });
      });
      await recorded(mine, lock);
      await granted(mine);
      await grantTwice;
      t.ok(kinds.includes('request'));
      // The lock itself may still have been on its way.
      t.ok(kinds.filter((kind) => kind === 'lock').length <= 1, 'other acknowledgements are not told');
    },
  ],
  [
    'acknowledging twice, or what never was, is harmless',
    async (t, ground) => {
      const store = await ground.open('a');
      const { events } = await store.lock(aLock(await store.now()), anEvent('lock.set'));
      await store.acknowledge(seqsOf(events));
      await store.acknowledge([...seqsOf(events), 4_000_000]);
      await store.acknowledge([]);
      t.pass();
    },
  ],
];
