/** Shared audit entries of the in-process store. */
import {
  sharedBytesAtMost,
  sharedChainsAtMost,
  sharedEntryOverhead,
  sharedKeptMs,
  sharedReadAtMost,
} from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, tell } from './book.ts';

/** The verbs about shared entries. */
export function memorySharedEntries(
  book: Book,
): Pick<Store, 'shareEntries' | 'sharedChains' | 'sharedEntries'> {
  return {
    async shareEntries(chain, entries) {
      const now = book.now();
      for (const [other, { at }] of book.shared) if (at + sharedKeptMs <= now) book.shared.delete(other);
      if (!book.shared.has(chain) && book.shared.size >= sharedChainsAtMost) return;
      let lines = new Map(book.shared.get(chain)?.lines);
      for (const { seq, line } of entries) {
        // The chain went back, or is another under the same name.
        if (seq <= (lastOf(lines) ?? 0) && lines.get(seq) !== line) lines = new Map();
        lines.set(seq, line);
      }
      let bytes = [...lines.values()].reduce((sum, line) => sum + line.length + sharedEntryOverhead, 0);
      for (const [seq, line] of lines) {
        if (bytes <= sharedBytesAtMost) break;
        bytes -= line.length + sharedEntryOverhead;
        lines.delete(seq);
      }
      book.shared.set(chain, { lines, at: now });
      tell(book, { seq: book.seq, kind: 'audit', id: chain });
    },
    async sharedChains() {
      return [...book.shared].flatMap(([chain, { lines, at }]) => {
        const [fromSeq] = lines.keys();
        const toSeq = lastOf(lines);
        if (fromSeq === undefined || toSeq === undefined || at + sharedKeptMs <= book.now()) return [];
        return [{ chain, fromSeq, toSeq }];
      });
    },
    async sharedEntries(chain, { from, to, first }) {
      const lines = [...(book.shared.get(chain)?.lines ?? [])]
        .map(([seq, line]) => ({ seq, line }))
        .filter(({ seq }) => seq >= from && seq <= to);
      const ordered = first === 'newest' ? lines.toReversed() : lines;
      const taken = ordered.slice(0, sharedReadAtMost);
      const last = taken.at(-1);
      return {
        entries: taken,
        ...(ordered.length > taken.length && last !== undefined ? { read: last.seq } : {}),
      };
    },
  };
}

/** Of the last that came. */
function lastOf(lines: ReadonlyMap<number, string>): number | undefined {
  return [...lines.keys()].at(-1);
}
