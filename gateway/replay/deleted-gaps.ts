/** Which gaps of a log are no faults: what stood there was deleted when its time of keeping was over, and the chain says so. */
import type { ChainGap } from '../audit/chain-entries.ts';
import type { Entry, EntryOf } from '../audit/entry.ts';

type Deleted = Pick<EntryOf<'segment.deleted'>, 'firstSeq' | 'lastSeq' | 'lastHash'>;

/** Gathers what each chain says that it deleted. */
export class DeletedGaps {
  readonly #ofChains = new Map<string, Deleted[]>();

  take(entry: Entry, { chain }: { readonly chain: string }): void {
    if (entry.type !== 'segment.deleted') return;
    const known = this.#ofChains.get(chain) ?? [];
    this.#ofChains.set(chain, [...known, entry]);
  }

  /**
   * The gap, told as deleted when every entry in it was, and the last one is the one that the chain goes on from. Segments are deleted
   * from the oldest on: at a chain's beginning the last of them says so for those before it, whose own entries may be deleted by now.
   */
  told(gap: ChainGap): ChainGap {
    const { chain, after, before, prev } = gap;
    if (before === undefined) return gap;
    const deleted = this.#ofChains.get(chain) ?? [];
    let last = deleted.find(({ lastSeq, lastHash }) => lastSeq === before - 1 && lastHash === prev);
    const isDeleted = last !== undefined;
    while (after > 0 && last?.firstSeq !== undefined && last.firstSeq > after + 1) {
      const end = last.firstSeq - 1;
      last = deleted.find(({ lastSeq }) => lastSeq === end);
    }
    if (!isDeleted || last === undefined) return gap;
    const what = `entries ${after + 1} to ${before - 1} were deleted when their time of keeping was over`;
    return { ...gap, what, isDeleted: true };
  }
}
