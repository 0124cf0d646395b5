/** How many audit entries of all nodes there are over time: this node's counted apart, in its files, those of the others in what they shared. */
import type { AuditCounts, AuditWish, ReadApart } from '../admin/admin-deps.ts';
import type { CountWish, EntryCounts } from './audit/count.ts';
import { kindOf, TimeCounts } from './audit/time-counts.ts';
import { coverageOf, type KnownHeads, ownRanges } from './audit-coverage.ts';
import { readSharedChains } from './shared-chain.ts';
import type { SharedChain } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Stretches at the most: what can be told from each other as bars. */
export const stretchesAtMost = 60;

export interface AuditCountsNeeds extends KnownHeads {
  /** Counts in this node's files, into so many stretches at the most. */
  count(wish: CountWish, most: number): Promise<ReadApart<EntryCounts>>;
  readonly store: Pick<Store, 'sharedChains' | 'sharedEntries'>;
  /** The store could not be asked; what is counted then is of this node's files alone, and the answer says so. */
  onTrouble(error: unknown): void;
}

export async function countAudit(
  wish: AuditWish,
  nodes: 'this' | 'all',
  needs: AuditCountsNeeds,
): Promise<ReadApart<AuditCounts>> {
  const { head, onTrouble } = needs;
  const outcome = await needs.count({ ...wish, lastSeq: head.seq }, stretchesAtMost);
  if (outcome.kind !== 'answered') return outcome;
  const { answer } = outcome;
  const counts = new TimeCounts(stretchesAtMost, answer.spanMs);
  counts.addCounted(answer);
  const looked = [{ chain: head.chain, ...ownRanges(answer.seen, head.seq, true) }];
  const shared = new Map<string, SharedChain>();
  try {
    const all = { ...wish, first: 'oldest', place: undefined, limit: Number.POSITIVE_INFINITY } as const;
    for await (const { copy, page } of nodes === 'this' ? [] : readSharedChains(needs, () => all)) {
      for (const entry of page.entries) counts.add(entry.at, kindOf(entry));
      looked.push(page);
      shared.set(copy.chain, copy);
    }
  } catch (error) {
    onTrouble(error);
  }
  return { kind: 'answered', answer: { ...counts.counted(), coverage: coverageOf(looked, shared, needs) } };
}
