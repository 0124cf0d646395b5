/** Heads of audit chains, which nodes tell the store. */
import type { Claim } from './contract.ts';

export const headContract: readonly Claim[] = [
  [
    'the head of each chain is the one told last, and any node hears of all',
    async (t, ground) => {
      const [a, b] = [await ground.open('a'), await ground.open('b')];
      t.strictSame(await a.heads(), []);
      const head = { chain: 'A-AAAAAAAAAAAAAAAA', seq: 7, hash: '7'.repeat(64) };
      const other = { chain: 'A-BBBBBBBBBBBBBBBB', seq: 1, hash: '1'.repeat(64) };
      await a.keepHead(head);
      await b.keepHead(other);
      await a.keepHead({ ...head, seq: 9 });
      const sorted = (await b.heads()).toSorted((one, two) => (one.chain < two.chain ? -1 : 1));
      t.strictSame(sorted, [{ ...head, seq: 9 }, other]);
      await a.keepHead({ ...head, seq: 3 });
      t.match(
        (await a.heads()).find(({ chain }) => chain === head.chain),
        { seq: 3 },
        'who was told to go on from older files says so here',
      );
    },
  ],
];
