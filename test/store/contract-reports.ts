/** What nodes say of themselves. */
import type { NodeReport } from '../../gateway/store/records.ts';
import type { Claim } from './contract.ts';

const aReport = (node: string, more: Partial<NodeReport> = {}): NodeReport => ({
  node,
  version: '0.1.0',
  startedAt: 1_000,
  state: 'serving',
  policy: 'p'.repeat(64),
  transfers: 0,
  audit: { writable: true, seq: 3, waiting: 0, waitingMs: 0, refused: 0 },
  upstreams: [{ name: 'hub', answeredAt: 2_000 }],
  stretches: [{ at: 0, bytesUp: 1, bytesDown: 2, operations: 3, refusals: 4, cuts: 5 }],
  ...more,
});

export const reportContract: readonly Claim[] = [
  [
    'the report of each node is the one made last, with the time it came, and any node hears of all',
    async (t, ground) => {
      const [a, b] = [await ground.open('a'), await ground.open('b')];
      t.strictSame((await a.reports()).reports, []);
      const before = await a.now();
      await a.report(aReport('a'));
      await b.report(aReport('b'));
      await a.report(aReport('a', { state: 'draining' }));
      const { reports, now } = await b.reports();
      const sorted = reports.toSorted((one, two) => (one.node < two.node ? -1 : 1));
      t.strictSame(
        sorted.map(({ seenAt: _, ...report }) => report),
        [aReport('a', { state: 'draining' }), aReport('b')],
      );
      t.ok(sorted.every(({ seenAt }) => seenAt >= before && seenAt <= now));
    },
  ],
  [
    'more than a hundred nodes are not kept, and those that are go on being renewed',
    async (t, ground) => {
      const a = await ground.open('a');
      for (let at = 0; at < 101; at++) await a.report(aReport(`n-${at}`));
      await a.report(aReport('n-0', { transfers: 7 }));
      const { reports } = await a.reports();
      t.equal(reports.length, 100);
      t.equal(reports.find(({ node }) => node === 'n-0')?.transfers, 7);
      t.equal(
        reports.find(({ node }) => node === 'n-100'),
        undefined,
      );
    },
  ],
];
