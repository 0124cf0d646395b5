/** Grants along an order that stays. */
import type { Grant } from '../../gateway/store/records.ts';
import type { GrantWalk, Store, WalkPlace } from '../../gateway/store/store.ts';
import type { Claim } from './contract.ts';
import { extension, granted, grantedMany, recorded } from './recorded.ts';
import { aGrant, anEvent, aRequest, issued } from './samples.ts';

const all = { kind: 'all' } as const;
const open = { kind: 'open' } as const;
const idsOf = (grants: readonly Grant[]): string[] => grants.map(({ id }) => id);

/** Ids in the order they are met. @param between is done after each page */
async function walked(
  store: Store,
  walk: GrantWalk,
  { limit = 500, repository }: { limit?: number; repository?: string } = {},
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const ids: string[] = [];
  let behind: WalkPlace | undefined;
  do {
    const { met, last } = await store.walkGrants(walk, { behind, repository, limit });
    ids.push(...met.map(({ grant }) => grant.grant.id));
    behind = last;
    await between();
  } while (behind !== undefined);
  return ids;
}

async function revoke(store: Store, { id }: Grant): Promise<void> {
  await recorded(store, await store.revokeGrant(id, 'P-ADMIN', 'x', anEvent('grant.revoked')));
}

async function extend(store: Store, grant: Grant, endsAt: number): Promise<void> {
  const { extended, next, events } = await extension(store, grant, endsAt);
  await recorded(store, await store.extendGrant(extended, next, events));
}

/** One that ends after so many seconds. */
const lasting = (seconds: number) => (now: number) => ({ endsAt: now + 1_000 * seconds });

export const grantWalkContract: readonly Claim[] = [
  [
    'grants are walked newest first, of one principal or of all, ended ones included',
    async (t, ground) => {
      const store = await ground.open('a');
      const grants: Grant[] = [];
      for (const principalId of ['P-DEV', 'P-OTHER', 'P-DEV', 'P-DEV'])
        grants.unshift(await granted(store, {}, { principalId }));
      const [newest, second, other, oldest] = grants as [Grant, Grant, Grant, Grant];
      await revoke(store, newest);
      await extend(store, oldest, oldest.endsAt + 1_000);
      for (const limit of [1, 2, 3, 4, 500])
        t.strictSame(await walked(store, all, { limit }), idsOf(grants), `${limit}`);
      t.strictSame(
        await walked(store, { kind: 'of', principalId: 'P-DEV' }, { limit: 2 }),
        idsOf([newest, second, oldest]),
      );
      t.strictSame(await walked(store, { kind: 'of', principalId: 'P-OTHER' }), [other.id]);
      t.strictSame(await walked(store, { kind: 'of', principalId: 'P-NOBODY' }), []);
      const { met } = await store.walkGrants(all, { limit: 1 });
      t.match(met, [{ grant: { grant: newest, state: { kind: 'revoked', by: 'P-ADMIN' } } }]);
    },
  ],
  [
    'what is issued, extended or ended while grants are walked moves none of the others',
    async (t, ground) => {
      const store = await ground.open('a');
      const grants: Grant[] = [];
      for (let at = 0; at < 6; at += 1) grants.unshift(await granted(store));
      const left = [...grants];
      const ids = await walked(store, all, { limit: 2 }, async () => {
        const [one, two] = left.splice(0, 2);
        if (one === undefined || two === undefined) return;
        await revoke(store, one);
        await extend(store, two, two.endsAt + 60_000);
        await granted(store);
      });
      t.strictSame(ids, idsOf(grants));
      t.equal((await walked(store, all)).length, 9);
    },
  ],
  [
    'open grants are walked as they end, the first to end in front, and ended ones are none of them',
    async (t, ground) => {
      const store = await ground.open('a');
      const [late, soon, middle] = [
        await granted(store, lasting(900)),
        await granted(store, lasting(300)),
        await granted(store, lasting(600), { principalId: 'P-OTHER' }),
      ];
      await revoke(store, await granted(store, lasting(100)));
      t.strictSame(await walked(store, open, { limit: 1 }), idsOf([soon, middle, late]));
      const short = await granted(store, (now) => ({ endsAt: now + 1_000 }));
      await ground.reach(short.endsAt);
      t.strictSame(await walked(store, open, { limit: 1 }), idsOf([soon, middle, late]));

      const now = await store.now();
      const request = aRequest(now, { state: { kind: 'approved', at: now, grantIds: [] } });
      const fresh = aGrant(request, now);
      await store.grantAtOnce(request, [fresh], [issued(fresh)]);
      const { met } = await store.walkGrants(open, { limit: 1 });
      t.match(met, [{ grant: { grant: { id: fresh.id }, state: { kind: 'unrecorded' } } }]);
    },
  ],
  [
    'an open grant that is extended while they are walked is met further on, and none is left out',
    async (t, ground) => {
      const store = await ground.open('a');
      const grants: Grant[] = [];
      for (const seconds of [300, 600, 900, 1_200]) grants.push(await granted(store, lasting(seconds)));
      const [first, second, third, fourth] = grants as [Grant, Grant, Grant, Grant];
      const steps = [
        () => extend(store, first, third.endsAt + 1),
        () => revoke(store, second),
        () => extend(store, fourth, fourth.endsAt + 60_000),
      ];
      const ids = await walked(store, open, { limit: 1 }, async () => await steps.shift()?.());
      t.strictSame(ids, idsOf([first, second, third, first, fourth]));
    },
  ],
  [
    'grants that end in one and the same moment are each met once, and walked by repository',
    async (t, ground) => {
      const store = await ground.open('a');
      const many = await grantedMany(store, 70);
      const named = 'hub/acme/"quoted"\\äpp';
      const scope = { repository: named, right: 'fetch' as const, refs: [named], kinds: [] };
      const one = await granted(store, { scope });
      const elsewhere = { ...scope, repository: 'hub/other' };
      await granted(store, { scope: elsewhere });
      for (const walk of [all, open]) {
        const ids = await walked(store, walk, { limit: 7, repository: 'hub/acme/app' });
        t.strictSame(ids.toSorted(), idsOf(many).toSorted());
        t.strictSame(await walked(store, walk, { limit: 7, repository: named }), [one.id]);
        t.strictSame(await walked(store, walk, { repository: 'hub/acme' }), []);
      }
    },
  ],
];
