/** Links that terminals show, in the in-process store. */
import type { Store } from '../store.ts';
import { type Book, enter } from './book.ts';

/** The verbs about links. */
export function memoryKeyLinks(
  book: Book,
  node: string,
): Pick<Store, 'offerKeyLink' | 'keyLink' | 'moveKeyLink' | 'dropKeyLink'> {
  const live = (hash: string) => {
    const link = book.keyLinks.get(hash);
    return link !== undefined && link.endsAt > book.now() ? link : undefined;
  };

  return {
    async offerKeyLink(link) {
      book.keyLinks.set(link.hash, link);
    },

    async keyLink(hash) {
      return live(hash);
    },

    async moveKeyLink(next, from, events) {
      if (live(next.hash)?.stage.kind !== from) return { value: false, events: [] };
      book.keyLinks.set(next.hash, next);
      return { value: true, events: enter(book, node, events, { kind: 'sign-in', id: next.hash }) };
    },

    async dropKeyLink(hash) {
      book.keyLinks.delete(hash);
    },
  };
}
