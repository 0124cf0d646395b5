/** Locks of the in-process store. */
import { stops } from '../lock-stops.ts';
import type { Lock } from '../records.ts';
import { lockMetKeptMs } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, enter } from './book.ts';
import { movingOperations } from './operations.ts';

/** Every lock that stops something now. */
export function standingLocks(book: Book): readonly Lock[] {
  return [...book.locks.values()].filter((lock) => lock.until === undefined || lock.until > book.now());
}

/** The verbs about locks. */
export function memoryLocks(book: Book, node: string): Pick<Store, 'lock' | 'locks' | 'lockMet' | 'lift'> {
  const change = (lock: Lock) => ({
    kind: 'lock' as const,
    id: lock.id,
    ...(lock.on.kind === 'principal' && { principalId: lock.on.principalId }),
  });

  return {
    async lock(lock, event) {
      book.locks.set(lock.id, lock);
      const events = enter(book, node, [event], change(lock));
      book.locksAt = book.seq;
      const touched = movingOperations(book, ({ operation }) => stops(lock, operation, book.now()));
      for (const [id, { until }] of book.locksMet) if (until <= book.now()) book.locksMet.delete(id);
      book.locksMet.set(lock.id, { touched, seq: book.seq, until: book.now() + lockMetKeptMs });
      return { value: { lock, touched }, events };
    },

    async lockMet(id) {
      const met = book.locksMet.get(id);
      if (met === undefined || met.until <= book.now()) return undefined;
      if (!standingLocks(book).some((standing) => standing.id === id)) return undefined;
      return { touched: met.touched, recorded: !book.outbox.has(met.seq) };
    },

    async locks() {
      return standingLocks(book);
    },

    async lift(id, event) {
      const lock = standingLocks(book).find((standing) => standing.id === id);
      book.locks.delete(id);
      if (lock === undefined) return { value: undefined, events: [] };
      const events = enter(book, node, [event], change(lock));
      book.locksAt = book.seq;
      return { value: lock, events };
    },
  };
}
