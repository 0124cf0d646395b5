/** Pages of other nodes' chains, from their copies in the store. */
import { type EntryWish, entryFilter } from './audit/entry-filter.ts';
import { chainForm, type SealedEntry } from './audit/line.ts';
import { type ChainPage, type SeqRange, without } from './audit/merge-pages.ts';
import { entryOf } from './audit/segment-head.ts';
import type { KnownHeads } from './audit-coverage.ts';
import type { SharedChain } from './store/records.ts';
import type { Store } from './store/store.ts';

export interface SharedChainFilter extends EntryWish {
  readonly first: 'oldest' | 'newest';
  /** Oldest first, behind this number; newest first, from it down. Undefined: from the chain's end that comes first. */
  readonly place: number | undefined;
  readonly limit: number;
}

/** A chain's copy, and what was read of it. */
export interface SharedPage {
  readonly copy: SharedChain;
  readonly page: ChainPage;
}

/** Reads a page of each chain but this node's. */
export async function* readSharedChains(
  { store, head, others }: KnownHeads & { readonly store: Pick<Store, 'sharedChains' | 'sharedEntries'> },
  filterOf: (chain: string) => SharedChainFilter,
): AsyncGenerator<SharedPage> {
  for (const copy of await store.sharedChains()) {
    const { chain } = copy;
    if (chain === head.chain || !chainForm.test(chain)) continue;
    const known = others.find((other) => other.chain === chain)?.seq ?? 0;
    yield { copy, page: await readSharedChain(store, copy, known, filterOf(chain)) };
  }
}

/**
 * Reads one. What its node has and the store does not, such as all that is older than the copy, is `missing`.
 *
 * @param head the chain's last entry, as far as is known
 */
async function readSharedChain(
  store: Pick<Store, 'sharedEntries'>,
  { chain, toSeq }: SharedChain,
  head: number,
  { first, place, limit, ...wish }: SharedChainFilter,
): Promise<ChainPage> {
  const { mayHold, holds } = entryFilter(wish);
  const isBackwards = first === 'newest';
  const start = place ?? (isBackwards ? toSeq : 0);
  const entries: SealedEntry[] = [];
  const places: string[] = [];
  const seen: SeqRange[] = [];
  let at = start;
  const step = isBackwards ? -1 : 1;
  let isMore = false;
  const look = async (): Promise<void> => {
    let from = start;
    for (;;) {
      const range = isBackwards ? { from: 0, to: from } : { from: from + 1, to: toSeq };
      const found = await store.sharedEntries(chain, { ...range, first });
      for (const { seq, line } of found.entries) {
        const bytes = Buffer.from(line, 'latin1');
        // Of what nobody asks for the seal says enough: it is of this place.
        const isMaybe = mayHold(bytes);
        const entry = isMaybe ? entryOf(bytes) : undefined;
        if (isMaybe && (entry?.chain !== chain || entry.seq !== seq)) continue;
        note(seen, seq);
        at = isBackwards ? seq - 1 : seq;
        if (entry === undefined || !holds(entry)) continue;
        entries.push(entry);
        places.push(String(at));
        if (entries.length < limit) continue;
        isMore = isBackwards ? at > 0 : at < toSeq;
        return;
      }
      if (found.read === undefined) break;
      from = isBackwards ? found.read - 1 : found.read;
    }
    if (isBackwards) at = 0;
  };
  await look();
  const inOrder = isBackwards ? seen.toReversed() : seen;
  // By what was found and not by the copy's own word for its end, behind which whoever can write the store could hide what comes.
  const newest = inOrder.at(-1)?.toSeq ?? 0;
  const begin = place ?? (isBackwards ? newest || head : 0);
  const last = Math.max(head, newest);
  const looked = isBackwards
    ? { fromSeq: at + 1, toSeq: place ?? last }
    : { fromSeq: begin + 1, toSeq: isMore ? at : last };
  return {
    chain,
    entries,
    places,
    begin: String(begin),
    end: String(at),
    isMore,
    seen: inOrder,
    missing: without(looked, inOrder),
  };

  function note(ranges: SeqRange[], seq: number): void {
    const open = ranges.at(-1);
    const isNext = open !== undefined && (isBackwards ? open.fromSeq : open.toSeq) + step === seq;
    if (!isNext) ranges.push({ fromSeq: seq, toSeq: seq });
    else ranges[ranges.length - 1] = isBackwards ? { ...open, fromSeq: seq } : { ...open, toSeq: seq };
  }
}
