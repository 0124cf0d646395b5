/** Refresh tokens, by which people are asked for again at the provider. */
import type { KeptRefresh } from '../../gateway/store/records.ts';
import type { Claim } from './contract.ts';
import { granted, recorded } from './recorded.ts';
import { aCredential, anEvent, aSignIn } from './samples.ts';

const aRefresh = (principalId: string, change: Partial<KeptRefresh> = {}): KeptRefresh => ({
  principalId,
  version: 'v1',
  sealed: 'not readable here',
  offline: true,
  ...change,
});

export const refreshContract: readonly Claim[] = [
  [
    'a refresh token is due after its span, and then goes to one node for the span of its claim',
    async (t, ground) => {
      const stores = [await ground.open('a'), await ground.open('b')] as const;
      const now = await stores[0].now();
      await stores[0].openSignIn(aSignIn(now), 60_000, anEvent('sign-in.opened'));
      const kept = aRefresh('P-DEV', { sid: 'session-1', offline: false });
      await stores[0].keepRefresh(kept, 200);
      t.strictSame(await stores[1].claimRefreshes(300), [], 'not due yet');
      t.strictSame(await stores[1].refreshOf('P-DEV'), kept);
      await ground.reach((await stores[0].now()) + 200);
      const claims = await Promise.all([...stores, ...stores].map((store) => store.claimRefreshes(300)));
      t.strictSame(claims.flat(), [kept]);
      await ground.reach((await stores[0].now()) + 300);
      t.strictSame(await stores[1].claimRefreshes(300), [kept], 'a claim that lapsed');
    },
  ],
  [
    'a token is replaced by whoever saw the one in force, and by nobody else',
    async (t, ground) => {
      const store = await ground.open('a');
      await store.openSignIn(aSignIn(await store.now()), 60_000, anEvent('sign-in.opened'));
      const first = aRefresh('P-DEV');
      await store.keepRefresh(first, 0);
      const second = aRefresh('P-DEV', { version: 'v2', sealed: 'the next one' });
      t.equal(await store.replaceRefresh(first, { refresh: second, dueInMs: 60_000 }), true);
      t.equal(await store.replaceRefresh(first, { refresh: first, dueInMs: 0 }), false);
      t.equal(
        await store.replaceRefresh(first, undefined),
        false,
        'a newer one is not forgotten with an older',
      );
      t.strictSame(await store.refreshOf('P-DEV'), second);
      t.equal(await store.replaceRefresh(second, undefined), true);
      t.equal(await store.refreshOf('P-DEV'), undefined);
      t.strictSame(await store.claimRefreshes(1), []);
    },
  ],
  [
    'a token is forgotten once nothing of its person lives: no sign-in, no credential, no grant',
    async (t, ground) => {
      const store = await ground.open('a');
      const now = await store.now();
      const credential = aCredential(now, { principalId: 'P-CREDENTIAL' });
      await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
      await granted(store, { principalId: 'P-GRANT' }, { principalId: 'P-GRANT' });
      for (const id of ['P-CREDENTIAL', 'P-GRANT', 'P-NOTHING']) await store.keepRefresh(aRefresh(id), 0);
      const claimed = (await store.claimRefreshes(60_000)).map(({ principalId }) => principalId);
      t.strictSame(claimed.toSorted(), ['P-CREDENTIAL', 'P-GRANT']);
      t.equal(await store.refreshOf('P-NOTHING'), undefined);
    },
  ],
];
