import t from 'tap';
import type { SealedEntry } from '../../gateway/audit/line.ts';
import { type ChainPage, mergePages, without } from '../../gateway/audit/merge-pages.ts';

/** A page of a chain whose entries have these times, numbered from 1; places are the numbers. */
function aPage(chain: string, ats: readonly number[], more: Partial<ChainPage> = {}): ChainPage {
  const entries = ats.map((at, i) => ({ chain, seq: i + 1, at }) as SealedEntry);
  return {
    chain,
    entries,
    places: entries.map(({ seq }) => String(seq)),
    begin: '0',
    end: 'end',
    isMore: false,
    seen: ats.length === 0 ? [] : [{ fromSeq: 1, toSeq: ats.length }],
    missing: [],
    ...more,
  };
}

const told = (entries: readonly SealedEntry[]): string[] => entries.map(({ chain, seq }) => `${chain}${seq}`);

void t.test('entries come by time, each chain in its own order though its clock went back', async (t) => {
  const merged = mergePages([aPage('A', [10, 30, 20]), aPage('B', [15, 25, 40])], 'oldest', 100);
  t.strictSame(told(merged.entries), ['A1', 'B1', 'B2', 'A2', 'A3', 'B3']);
  t.equal(merged.isMore, false);
  t.match(merged.chains, [{ place: 'end' }, { place: 'end' }]);
});

void t.test('a page ends at its limit, and says of each chain how far it went', async (t) => {
  const merged = mergePages([aPage('A', [10, 30]), aPage('B', [15, 25]), aPage('C', [99])], 'oldest', 3);
  t.strictSame(told(merged.entries), ['A1', 'B1', 'B2']);
  t.equal(merged.isMore, true);
  t.strictSame(merged.chains, [
    { chain: 'A', begin: '0', place: '1', seen: [{ fromSeq: 1, toSeq: 1 }], missing: [] },
    { chain: 'B', begin: '0', place: 'end', seen: [{ fromSeq: 1, toSeq: 2 }], missing: [] },
    { chain: 'C', begin: '0', place: '0', seen: [], missing: [] },
  ]);
});

void t.test('behind a chain that has more and shows nothing of it, nothing is taken', async (t) => {
  const merged = mergePages([aPage('A', [], { isMore: true }), aPage('B', [15])], 'oldest', 3);
  t.strictSame(told(merged.entries), []);
  t.equal(merged.isMore, true);
  t.match(merged.chains, [{ place: 'end' }, { place: '0' }]);
});

void t.test('newest first, what was seen is what lies behind the last that was taken', async (t) => {
  const page = aPage('A', [50, 40, 30]);
  const entries = page.entries.map((entry, i) => ({ ...entry, seq: 9 - i }));
  const missing = [
    { fromSeq: 1, toSeq: 2 },
    { fromSeq: 10, toSeq: 12 },
  ];
  const seen = [{ fromSeq: 3, toSeq: 9 }];
  const merged = mergePages([{ ...page, entries, seen, missing }], 'newest', 2);
  t.match(merged.chains, [{ seen: [{ fromSeq: 8, toSeq: 9 }], missing: [{ fromSeq: 10, toSeq: 12 }] }]);
  t.equal(merged.chains[0]?.missing.length, 1);
});

const range = (fromSeq: number, toSeq: number) => ({ fromSeq, toSeq });

for (const [name, whole, others, left] of [
  ['nothing seen', range(1, 9), [], [range(1, 9)]],
  ['all seen', range(1, 9), [range(1, 9)], []],
  ['more than all seen', range(3, 5), [range(1, 9)], []],
  ['a hole', range(1, 9), [range(1, 3), range(6, 9)], [range(4, 5)]],
  ['both ends', range(1, 9), [range(4, 5)], [range(1, 3), range(6, 9)]],
  ['what lies behind it', range(1, 4), [range(6, 9)], [range(1, 4)]],
  ['an empty range', range(5, 4), [], []],
] as const)
  void t.test(`what is left of a range: ${name}`, async (t) => {
    t.strictSame(without(whole, others), left);
  });
