/** How much of which logs an answer to an auditor has seen. */
import type { Answer } from '../admin/handlers/handling.ts';
import type { ChainHead } from './audit/checkpoint.ts';
import { type SeqRange, type TakenPage, without } from './audit/merge-pages.ts';
import type { SharedChain } from './store/records.ts';

export type Coverage = Answer<'readAudit'>['coverage'];

export interface KnownHeads {
  /** This node's last durable entry. */
  readonly head: ChainHead;
  /** How far the chains of other nodes are, as far as is known. */
  readonly others: readonly ChainHead[];
}

/**
 * What was seen of this node's files, and what is not in them where was looked.
 *
 * @param ranges by `seq`, the lowest first
 * @param lastSeq nothing behind it counts
 * @param reachesFirst whether the chain's first entry was to be looked at
 */
export function ownRanges(
  ranges: readonly SeqRange[],
  lastSeq: number,
  reachesFirst: boolean,
): Pick<TakenPage, 'seen' | 'missing'> {
  const seen = ranges.map(({ fromSeq, toSeq }) => ({ fromSeq, toSeq: Math.min(toSeq, lastSeq) }));
  const [lowest, highest] = [seen[0], seen.at(-1)];
  if (lowest === undefined || highest === undefined) return { seen, missing: [] };
  return {
    seen,
    missing: without({ fromSeq: reachesFirst ? 1 : lowest.fromSeq, toSeq: highest.toSeq }, seen),
  };
}

/** By what was looked through of which chain; a chain that was not looked at is missing as a whole. */
export function coverageOf(
  taken: readonly Pick<TakenPage, 'chain' | 'seen' | 'missing'>[],
  shared: ReadonlyMap<string, SharedChain>,
  { head, others }: KnownHeads,
): Coverage {
  const copy = (ranges: readonly SeqRange[]): SeqRange[] => [...ranges];
  const read = taken.map(({ chain, seen, missing }) => {
    const held = shared.get(chain);
    const known = chain === head.chain ? head.seq : (others.find((other) => other.chain === chain)?.seq ?? 0);
    return {
      chain,
      head: Math.max(known, seen.at(-1)?.toSeq ?? 0),
      here: chain === head.chain,
      seen: copy(seen),
      missing: copy(missing),
      ...(held === undefined ? {} : { shared: { fromSeq: held.fromSeq, toSeq: held.toSeq } }),
    };
  });
  const unread = others.filter(
    ({ chain }) => chain !== head.chain && !taken.some((page) => page.chain === chain),
  );
  return [
    ...read,
    ...unread.map(({ chain, seq }) => ({
      chain,
      head: seq,
      here: false,
      seen: [],
      missing: copy(without({ fromSeq: 1, toSeq: seq }, [])),
    })),
  ];
}
