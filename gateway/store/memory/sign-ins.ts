/** Sign-ins and the attempts that lead to them, in the in-process store. */
import { signInAttemptsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, enter } from './book.ts';

/** The verbs about sign-ins. */
export function memorySignIns(
  book: Book,
  node: string,
): Pick<Store, 'beginSignIn' | 'takeSignInAttempt' | 'openSignIn' | 'signIn' | 'closeSignIn'> {
  const live = (hash: string) => {
    const kept = book.signIns.get(hash);
    const now = book.now();
    return kept !== undefined && kept.idleUntil > now && kept.signIn.endsAt > now ? kept.signIn : undefined;
  };

  return {
    async beginSignIn(attempt, ttlMs) {
      const [oldest] = book.attempts.keys();
      if (oldest !== undefined && book.attempts.size >= signInAttemptsAtMost) book.attempts.delete(oldest);
      book.attempts.set(attempt.stateHash, { attempt, until: book.now() + ttlMs });
    },

    async takeSignInAttempt(stateHash) {
      const kept = book.attempts.get(stateHash);
      book.attempts.delete(stateHash);
      return kept !== undefined && kept.until > book.now() ? kept.attempt : undefined;
    },

    async openSignIn(signIn, idleMs, event) {
      book.signIns.set(signIn.hash, { signIn, idleUntil: book.now() + idleMs });
      const { hash: id, principalId } = signIn;
      return { value: signIn, events: enter(book, node, [event], { kind: 'sign-in', id, principalId }) };
    },

    async signIn(hash, idleMs) {
      const signIn = live(hash);
      const principal = signIn && book.principals.get(signIn.principalId);
      if (signIn === undefined || principal === undefined) return undefined;
      book.signIns.set(hash, { signIn, idleUntil: book.now() + idleMs });
      return { signIn, principal };
    },

    async closeSignIn(hash, event) {
      const signIn = live(hash);
      book.signIns.delete(hash);
      if (signIn === undefined) return { value: false, events: [] };
      const { principalId } = signIn;
      return { value: true, events: enter(book, node, [event], { kind: 'sign-in', id: hash, principalId }) };
    },
  };
}
