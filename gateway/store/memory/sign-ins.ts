/** Sign-ins and the attempts that lead to them, in the in-process store. */
import { signInAttemptsAtMost } from '../spans.ts';
import type { Store } from '../store.ts';
import { type Book, enter } from './book.ts';

/** The verbs about sign-ins. */
export function memorySignIns(
  book: Book,
  node: string,
): Pick<
  Store,
  | 'beginSignIn'
  | 'takeSignInAttempt'
  | 'openSignIn'
  | 'signIn'
  | 'closeSignIn'
  | 'signInsOf'
  | 'principalsIn'
  | 'firstTime'
  | 'unsay'
> {
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

    async signInsOf(principalId) {
      return [...book.signIns.keys()]
        .flatMap((hash) => live(hash) ?? [])
        .filter((signIn) => signIn.principalId === principalId);
    },

    async principalsIn(sid) {
      const signedIn = [...book.signIns.values()].filter(({ signIn }) => signIn.sid === sid);
      const made = [...book.credentials.values()].filter(({ madeIn }) => madeIn?.sid === sid);
      const ids = [
        ...signedIn.map(({ signIn }) => signIn.principalId),
        ...made.map((one) => one.principalId),
      ];
      return [...new Set(ids)];
    },

    async firstTime(word, spanMs) {
      const now = book.now();
      if ((book.said.get(word) ?? 0) > now) return false;
      book.said.set(word, now + spanMs);
      return true;
    },

    async unsay(word) {
      book.said.delete(word);
    },
  };
}
