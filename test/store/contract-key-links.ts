/** Links that terminals show. */
import type { KeyLink } from '../../gateway/store/records.ts';
import type { Claim } from './contract.ts';
import { aKeyLink, anEvent } from './samples.ts';

const opened = anEvent('sign-in.link-opened');

const claimedBy = (principalId: string): KeyLink['stage'] => ({
  kind: 'claimed',
  principalId,
  codeDigest: 'digest',
  madeIn: { signInHash: 'hash', sid: 'sid' },
  signInEndsAt: 1,
});

export const keyLinkContract: readonly Claim[] = [
  [
    'a link is found by its hash on every node, until it ends or is dropped',
    async (t, ground) => {
      const [one, two] = [await ground.open('a'), await ground.open('b')];
      const now = await one.now();
      const [brief, long] = [aKeyLink(now, { endsAt: now + 300 }), aKeyLink(now)];
      await one.offerKeyLink(brief);
      await one.offerKeyLink(long);
      t.strictSame(await two.keyLink(brief.hash), brief);
      t.equal(await two.keyLink('0'.repeat(64)), undefined);
      await ground.reach(brief.endsAt);
      t.equal(await two.keyLink(brief.hash), undefined);
      const claimed = { ...brief, stage: claimedBy('P-DEV') };
      t.strictSame(await two.moveKeyLink(claimed, 'open', [opened]), { value: false, events: [] });
      t.equal(await two.keyLink(brief.hash), undefined, 'a move brings nothing back that has ended');
      await two.dropKeyLink(long.hash);
      t.equal(await one.keyLink(long.hash), undefined);
      await two.dropKeyLink(long.hash);
    },
  ],
  [
    'of many who take a link at once, on several nodes, one gets it, and its end stays',
    async (t, ground) => {
      const stores = [await ground.open('a'), await ground.open('b')];
      const now = (await stores[0]?.now()) ?? 0;
      const link = aKeyLink(now, { endsAt: now + 2_000 });
      await stores[0]?.offerKeyLink(link);
      const taken = await Promise.all(
        [...stores, ...stores].map((store, at) =>
          store.moveKeyLink({ ...link, stage: claimedBy(`P-${at}`) }, 'open', [opened]),
        ),
      );
      t.equal(taken.filter(({ value }) => value).length, 1);
      t.match(
        taken.flatMap(({ events }) => events),
        [opened],
      );
      const [store] = stores;
      const kept = await store?.keyLink(link.hash);
      t.strictSame(kept?.stage, claimedBy(`P-${taken.findIndex(({ value }) => value)}`));
      t.match(await store?.moveKeyLink({ ...link, stage: { kind: 'open' } }, 'open', []), { value: false });
      const bound = { ...link, stage: { kind: 'bound', principalId: 'P-0', endsAt: 5 } } as const;
      t.match(await store?.moveKeyLink(bound, 'claimed', []), { value: true, events: [] });
      t.strictSame(await store?.keyLink(link.hash), bound);
      await ground.reach(link.endsAt);
      t.equal(await store?.keyLink(link.hash), undefined);
    },
  ],
];
