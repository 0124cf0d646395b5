/** Heads of audit chains of the in-process store. */
import type { Store } from '../store.ts';
import type { Book } from './book.ts';

/** The verbs about heads. */
export function memoryHeads(book: Book): Pick<Store, 'keepHead' | 'heads'> {
  return {
    async keepHead(head) {
      book.heads.set(head.chain, head);
    },
    async heads() {
      return [...book.heads.values()];
    },
  };
}
