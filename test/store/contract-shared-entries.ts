/** Copies of the newest audit entries, which nodes share. */
import type { SharedEntry } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import type { Claim } from './contract.ts';

const [one, other] = ['A-AAAAAAAAAAAAAAAA', 'A-BBBBBBBBBBBBBBBB'];

const entriesFrom = (from: number, to: number, text = 'line'): SharedEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, line: `{"${text}":${from + i}}` }));

/** All of a chain in the order of the reading, call by call. */
async function readAll(store: Store, chain: string, first: 'oldest' | 'newest') {
  const entries: SharedEntry[] = [];
  let [from, to] = [0, Number.MAX_SAFE_INTEGER];
  for (;;) {
    const answer = await store.sharedEntries(chain, { from, to, first });
    entries.push(...answer.entries);
    if (answer.read === undefined) return entries;
    if (first === 'oldest') from = answer.read + 1;
    else to = answer.read - 1;
  }
}

export const sharedEntryContract: readonly Claim[] = [
  [
    'every node is told whose chain has more',
    async (t, ground) => {
      const [a, b] = [await ground.open('a'), await ground.open('b')];
      const told = new Promise<unknown>((resolve) => {
        b.onChange((change) => {
          if (change?.kind === 'audit') resolve(change);
        });
      });
      await a.shareEntries(one, entriesFrom(1, 1));
      t.match(await told, { kind: 'audit', id: one });
    },
  ],
  [
    'what a node shares any node reads, from either end, with what is missing left out',
    async (t, ground) => {
      const [a, b] = [await ground.open('a'), await ground.open('b')];
      t.strictSame(await a.sharedChains(), []);
      t.strictSame(await a.sharedEntries(one, { from: 0, to: 9, first: 'oldest' }), { entries: [] });
      await a.shareEntries(one, entriesFrom(7, 300));
      await a.shareEntries(one, entriesFrom(311, 500));
      await b.shareEntries(other, entriesFrom(1, 2));
      t.strictSame(
        (await b.sharedChains()).toSorted((x, y) => (x.chain < y.chain ? -1 : 1)),
        [
          { chain: one, fromSeq: 7, toSeq: 500 },
          { chain: other, fromSeq: 1, toSeq: 2 },
        ],
      );
      const all = [...entriesFrom(7, 300), ...entriesFrom(311, 500)];
      t.strictSame(await readAll(b, one, 'oldest'), all);
      t.strictSame(await readAll(b, one, 'newest'), all.toReversed());
      t.strictSame(await b.sharedEntries(one, { from: 299, to: 312, first: 'oldest' }), {
        entries: [...entriesFrom(299, 300), ...entriesFrom(311, 312)],
      });
    },
  ],
  [
    'entries that are shared again are there once, and others in their place begin the chain anew',
    async (t, ground) => {
      const a = await ground.open('a');
      await a.shareEntries(one, entriesFrom(1, 5));
      await a.shareEntries(one, entriesFrom(4, 6));
      t.strictSame(await readAll(a, one, 'oldest'), entriesFrom(1, 6));
      await a.shareEntries(one, entriesFrom(3, 4, 'gone back'));
      t.strictSame(await readAll(a, one, 'oldest'), entriesFrom(3, 4, 'gone back'));
    },
  ],
  [
    'of each chain the newest are kept, up to 4 MiB',
    async (t, ground) => {
      const a = await ground.open('a');
      const line = `{"text":"${'x'.repeat(60_000)}"}`;
      await a.shareEntries(other, entriesFrom(1, 3));
      for (let seq = 1; seq <= 150; seq += 1) await a.shareEntries(one, [{ seq, line }]);
      const kept = await readAll(a, one, 'oldest');
      t.ok(kept.length >= 60 && kept.length <= 70, `${kept.length} of 60 KB`);
      t.equal(kept.at(-1)?.seq, 150);
      await a.shareEntries(one, entriesFrom(151, 160));
      t.strictSame((await readAll(a, one, 'newest')).slice(0, 10), entriesFrom(151, 160).toReversed());
      t.ok((await readAll(a, one, 'oldest')).length > 60, 'small ones push few large ones out');
      t.equal((await readAll(a, other, 'oldest')).length, 3, 'what is busy takes nothing from the others');
    },
  ],
  [
    'more than 64 chains are not shared, and those that are go on',
    async (t, ground) => {
      const a = await ground.open('a');
      const chainAt = (at: number): string => `A-${String(at).padStart(16, '0')}`;
      for (let at = 0; at < 65; at += 1) await a.shareEntries(chainAt(at), entriesFrom(1, 1));
      await a.shareEntries(chainAt(0), entriesFrom(2, 2));
      const chains = await a.sharedChains();
      t.equal(chains.length, 64);
      t.match(
        chains.find(({ chain }) => chain === chainAt(0)),
        { toSeq: 2 },
      );
    },
  ],
];
