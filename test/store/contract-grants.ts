/** Extending and revoking grants. */
import type { Claim } from './contract.ts';
import { asked, extension, granted, recorded } from './recorded.ts';
import { aGrant, anEvent, approval, aRequest, issued } from './samples.ts';

export const grantContract: readonly Claim[] = [
  [
    'an extension moves the end of a live grant once it is recorded; until then the former end holds',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store);
      const { extended, next, events } = await extension(store, grant, grant.endsAt + 30_000);
      const changed = await store.extendGrant(extended, next, events);
      t.match(changed.value, { kind: 'extended', grant: { grant: extended }, request: next });
      t.match(await store.grant(grant.id), { grant, state: { kind: 'live' } });

      await recorded(store, changed);
      t.match(await store.grant(grant.id), {
        grant: extended,
        state: { kind: 'live' },
        seq: changed.events[1]?.seq,
      });
      t.strictSame(await store.request(next.id), next);
    },
  ],
  [
    'an extension that is not recorded when the former end comes gives nothing more',
    async (t, ground) => {
      const store = await ground.open('a');
      // Long enough for what is done before it, also on a machine that has much else to do.
      const grant = await granted(store, (now) => ({ endsAt: now + 2_000 }));
      const { extended, next, events } = await extension(store, grant, grant.endsAt + 30_000);
      const changed = await store.extendGrant(extended, next, events);
      await ground.reach(grant.endsAt);
      t.match(await store.grant(grant.id), { grant: extended, state: { kind: 'unrecorded' } });
      await recorded(store, changed);
      t.match(await store.grant(grant.id), { grant: extended, state: { kind: 'live' } });
    },
  ],
  [
    'of two extensions made from the same version one holds',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store);
      const one = await extension(store, grant, grant.endsAt + 10_000);
      const two = await extension(store, grant, grant.endsAt + 20_000);
      const results = await Promise.all(
        [one, two].map(({ extended, next, events }) => store.extendGrant(extended, next, events)),
      );
      t.strictSame(results.map(({ value }) => value.kind).toSorted(), ['extended', 'moved']);
      t.strictSame(results.find(({ value }) => value.kind === 'moved')?.events, []);
    },
  ],
  [
    'a grant that ended, was revoked or never was is not extended',
    async (t, ground) => {
      const store = await ground.open('a');
      const revoked = await granted(store);
      const late = await extension(store, revoked, revoked.endsAt + 1_000);
      await store.revokeGrant(revoked.id, 'P-ADMIN', 'gone', anEvent('grant.revoked'));
      t.match(await store.extendGrant(late.extended, late.next, late.events), { value: { kind: 'moved' } });

      const ended = await granted(store, (now) => ({ endsAt: now + 1_000 }));
      const after = await extension(store, ended, ended.endsAt + 60_000);
      await ground.reach(ended.endsAt);
      t.match(await store.extendGrant(after.extended, after.next, after.events), {
        value: { kind: 'moved' },
      });
      t.match(await store.request(after.next.id), { state: { kind: 'pending' } }, 'nothing was changed');

      const now = await store.now();
      const never = aGrant(aRequest(now), now);
      const none = await extension(store, never, never.endsAt + 1_000);
      t.match(await store.extendGrant(none.extended, none.next, none.events), { value: { kind: 'unknown' } });
    },
  ],
  [
    'a revoked grant is over at once, says by whom and why, and cannot be revoked again',
    async (t, ground) => {
      const store = await ground.open('a');
      const grant = await granted(store);
      const first = await store.revokeGrant(grant.id, 'P-ANA', 'laptop lost', anEvent('grant.revoked'));
      const state = { kind: 'revoked', by: 'P-ANA', reason: 'laptop lost' };
      t.match(first.value, { kind: 'revoked', grant: { grant, state, seq: first.events[0]?.seq } });
      const { standing } = await store.stand({ principalId: 'P-DEV' }, grant.scope.repository);
      t.strictSame(standing.grants, [], 'an unknown principal stands on nothing');
      const [known] = await store.standings([{ principalId: 'P-DEV', repository: grant.scope.repository }]);
      t.match(known?.grants, [{ grant, state }]);

      const second = await store.revokeGrant(grant.id, 'P-BOB', 'me too', anEvent('grant.revoked'));
      t.match(second, { value: { kind: 'ended-before', grant: { state } }, events: [] });
      const never = await store.revokeGrant('G-NEVER', 'P-BOB', 'typo', anEvent('grant.revoked'));
      t.strictSame(never, { value: { kind: 'unknown' }, events: [] });
    },
  ],
  [
    'a grant that is not recorded yet can be revoked',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
      const grant = aGrant(request, now);
      const changed = await store.grantAtOnce(request, [grant], [issued(grant)]);
      await store.revokeGrant(grant.id, 'P-ANA', 'oops', anEvent('grant.revoked'));
      await recorded(store, changed);
      t.match(await store.grant(grant.id), { state: { kind: 'revoked' } });
    },
  ],
  [
    'a grant whose time does not fit the store’s clock is refused and leaves nothing',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store);
      const now = await store.now();
      const wrong = [
        { issuedAt: now - 6_000 },
        { issuedAt: now + 6_000 },
        { endsAt: now - 1 },
        { endsAt: now },
      ];
      for (const change of wrong) {
        const grant = aGrant(request, now, change);
        const { next, events } = approval(request, [grant], now);
        await t.rejects(store.answerRequest(next, [grant], events), { code: 'STORE_DEADLINE' });
        t.equal(await store.grant(grant.id), undefined);
      }
      t.strictSame(await store.request(request.id), request);
    },
  ],
  [
    'a grant without an event that names it is never issued',
    async (t, ground) => {
      const store = await ground.open('a');
      const request = await asked(store);
      const now = await store.now();
      const grant = aGrant(request, now);
      const { next } = approval(request, [grant], now);
      await t.rejects(store.answerRequest(next, [grant], [anEvent('request.approved')]), TypeError);
      t.strictSame(await store.request(request.id), request);
    },
  ],
];
