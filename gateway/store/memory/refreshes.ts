/** Refresh tokens of the in-process store. */
import { claimedRefreshesAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Book } from './book.ts';

/** The verbs about refresh tokens. */
export function memoryRefreshes(
  book: Book,
): Pick<Store, 'keepRefresh' | 'refreshOf' | 'claimRefreshes' | 'replaceRefresh'> {
  const lives = (principalId: string): boolean => {
    const now = book.now();
    const is = (one: { principalId: string; endsAt: number }): boolean =>
      one.principalId === principalId && one.endsAt > now;
    return (
      [...book.signIns.values()].some(({ signIn }) => is(signIn)) ||
      [...book.credentials.values()].some(is) ||
      [...book.grants.values()].some(({ grant }) => is(grant))
    );
  };

  return {
    async keepRefresh(refresh, dueInMs) {
      book.refreshes.set(refresh.principalId, { refresh, dueAt: book.now() + dueInMs });
    },

    async refreshOf(principalId) {
      return book.refreshes.get(principalId)?.refresh;
    },

    async claimRefreshes(spanMs) {
      const now = book.now();
      const due = [...book.refreshes.values()].filter(({ dueAt }) => dueAt <= now);
      return due.slice(0, claimedRefreshesAtMost).flatMap(({ refresh }) => {
        if (!lives(refresh.principalId)) {
          book.refreshes.delete(refresh.principalId);
          return [];
        }
        book.refreshes.set(refresh.principalId, { refresh, dueAt: now + spanMs });
        return [refresh];
      });
    },

    async replaceRefresh({ principalId, version }, next) {
      if (book.refreshes.get(principalId)?.refresh.version !== version) return false;
      if (next === undefined) book.refreshes.delete(principalId);
      else book.refreshes.set(principalId, { refresh: next.refresh, dueAt: book.now() + next.dueInMs });
      return true;
    },
  };
}
