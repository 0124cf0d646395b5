/** Principals of the in-process store. */
import type { Principal } from '../records.ts';
import { isSameProfile } from '../same-profile.ts';
import { listedAtMost, seenKeptMs } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, tell } from './book.ts';

/** The verbs about people. */
export function memoryPeople(
  book: Book,
): Pick<Store, 'enrol' | 'principal' | 'known' | 'principals' | 'seenLately'> {
  return {
    async enrol(seen, newId) {
      const identity = JSON.stringify([seen.issuer, seen.subject]);
      const id = book.principalIds.get(identity) ?? newId;
      const known = book.principals.get(id);
      const groupsAt = book.now();
      const principal: Principal = { ...seen, id, groupsAt, firstSeenAt: known?.firstSeenAt ?? groupsAt };
      book.principalIds.set(identity, id);
      book.principals.set(id, principal);
      for (const [seenId, at] of book.seen) if (at <= groupsAt - seenKeptMs) book.seen.delete(seenId);
      book.seen.set(id, groupsAt);
      book.seq += 1;
      if (known === undefined || !isSameProfile(known, principal)) {
        tell(book, { seq: book.seq, kind: 'principal', id, principalId: id });
      }
      return principal;
    },

    async principal(id) {
      return book.principals.get(id);
    },

    async known(issuer, subject) {
      return book.principals.get(book.principalIds.get(JSON.stringify([issuer, subject])) ?? '');
    },

    async principals(ids) {
      const found = ids.flatMap((id) => book.principals.get(id) ?? []);
      return new Map(found.map((principal) => [principal.id, principal]));
    },

    async seenLately() {
      const since = book.now() - seenKeptMs;
      return [...book.seen]
        .filter(([, at]) => at > since)
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, listedAtMost)
        .flatMap(([id]) => book.principals.get(id) ?? []);
    },
  };
}
