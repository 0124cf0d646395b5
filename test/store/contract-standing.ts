/** What one round trip says of a claim. */
import type { Claim } from './contract.ts';
import { granted, newestGrants, recorded, seqsOf } from './recorded.ts';
import { aCredential, aGrant, aLock, anEvent, aPerson, aRequest, issued } from './samples.ts';

const app = 'hub/acme/app';

export const standingContract: readonly Claim[] = [
  [
    'a credential hash leads to its owner, their grants, the locks, the sequence number and the time',
    async (t, ground) => {
      const store = await ground.open('a');
      const dev = await store.enrol(aPerson(), 'P-DEV');
      const now = await store.now();
      const credential = aCredential(now, { principalId: dev.id });
      await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
      const grant = await granted(store, {}, { principalId: dev.id });
      const { lock } = await recorded(store, await store.lock(aLock(now), anEvent('lock.set')));

      const { standing, ...who } = await store.stand({ credentialHash: credential.hash }, app);
      t.strictSame(who, { credential, principal: dev });
      t.match(standing.grants, [{ grant, state: { kind: 'live' } }]);
      t.strictSame(standing.locks, [lock]);
      t.ok(standing.now >= now);
      const later = await store.lift(lock.id, anEvent('lock.lifted'));
      t.equal(later.events[0]?.seq, standing.seq + 1, 'the sequence has no gap');
    },
  ],
  [
    'an unknown credential leads to nobody, and to the locks all the same',
    async (t, ground) => {
      const store = await ground.open('a');
      const { lock } = await recorded(store, await store.lock(aLock(await store.now()), anEvent('lock.set')));
      const stand = await store.stand({ credentialHash: 'f'.repeat(64) }, app);
      t.match(stand, {
        credential: undefined,
        principal: undefined,
        standing: { grants: [], locks: [lock] },
      });
    },
  ],
  [
    'a claim by principal needs no credential',
    async (t, ground) => {
      const store = await ground.open('a');
      const dev = await store.enrol(aPerson(), 'P-DEV');
      const grant = await granted(store);
      const stand = await store.stand({ principalId: dev.id }, app);
      t.match(stand, { credential: undefined, principal: dev, standing: { grants: [{ grant }] } });
    },
  ],
  [
    'grants of another principal or on another repository do not stand',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.enrol(aPerson(), 'P-DEV');
      await granted(store, {}, { principalId: 'P-OTHER' });
      const scopes = [{ repository: 'hub/acme/app2', right: 'fetch' as const, refs: [], kinds: [] }];
      await granted(store, {}, { scopes });
      const { standing } = await store.stand({ principalId: 'P-DEV' }, app);
      t.strictSame(standing.grants, []);
    },
  ],
  [
    'a grant is unrecorded until its own event is acknowledged, and live from then on',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
      const grants = [aGrant(request, now), aGrant(request, now)];
      const drafts = [anEvent('request.approved'), ...grants.map(issued)];
      const { value, events } = await store.grantAtOnce(request, grants, drafts);
      const unrecorded = { state: { kind: 'unrecorded' } };
      t.match(value, { kind: 'granted', grants: [unrecorded, unrecorded] });
      t.strictSame(value.kind === 'granted' && value.grants.map((held) => held.seq), seqsOf(events).slice(1));

      await store.acknowledge(seqsOf(events).slice(0, 2));
      const [first, second] = await Promise.all(grants.map(({ id }) => store.grant(id)));
      t.match([first, second], [{ state: { kind: 'live' } }, { state: { kind: 'unrecorded' } }]);
      await store.acknowledge(seqsOf(events));
      t.match(await store.grant(grants[1]?.id ?? ''), { state: { kind: 'live' } });
    },
  ],
  [
    'a grant is dead in the very millisecond it ends, and stays to be told from one that never was',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store, { endsAt: (await store.now()) + 300 });
      await ground.reach(grant.endsAt);
      const [standing] = await store.standings([{ principalId: 'P-DEV', repository: app }]);
      t.match(standing?.grants, [{ grant, state: { kind: 'expired' } }]);
      t.match(await store.grant(grant.id), { grant, state: { kind: 'expired' } });
      t.match(await newestGrants(store), [{ grant, state: { kind: 'expired' } }]);
    },
  ],
  [
    'many standings come in the order they were asked for',
    async (t, ground) => {
      const store = await ground.open('a');
      const mine = await granted(store);
      const theirs = await granted(store, {}, { principalId: 'P-OTHER' });
      const standings = await store.standings([
        { principalId: 'P-OTHER', repository: app },
        { principalId: 'P-DEV', repository: 'hub/acme/nothing' },
        { principalId: 'P-DEV', repository: app },
      ]);
      const found = standings.map(({ grants }) => grants.map(({ grant }) => grant.id));
      t.strictSame(found, [[theirs.id], [], [mine.id]]);
      t.strictSame(await store.standings([]), []);
    },
  ],
  [
    'names with braces, spaces, colons and NUL stay apart',
    async (t, ground) => {
      const store = await ground.open('a');
      const names = ['hub/a}{b', 'hub/a} {b', 'hub/a:b', 'hub/a\0b', 'hub/{sluice}', 'hub/*'];
      for (const repository of names) {
        const scopes = [{ repository, right: 'fetch' as const, refs: [], kinds: [] }];
        await granted(store, {}, { scopes, principalId: `P-{${repository}}` });
      }
      for (const repository of names) {
        const [standing] = await store.standings([{ principalId: `P-{${repository}}`, repository }]);
        t.strictSame(
          standing?.grants.map(({ grant }) => grant.scope.repository),
          [repository],
        );
      }
    },
  ],
];
