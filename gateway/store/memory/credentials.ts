/** Credentials of the in-process store. */
import type { Credential } from '../records.ts';
import { tombstoneMs } from '../spans.ts';
import type { Running, Store } from '../store.ts';
import { type Book, enter } from './book.ts';

/** The live credential with this hash. */
export function liveCredential(book: Book, hash: string): Credential | undefined {
  const credential = book.credentials.get(hash);
  return credential !== undefined && credential.endsAt > book.now() ? credential : undefined;
}

/** How a credential ended before its time; one that merely reached its own end took nothing away. */
export function endedEarly(book: Book, { hash, endsAt }: NonNullable<Running['credential']>) {
  if (liveCredential(book, hash) !== undefined) return undefined;
  const now = book.now();
  return book.credentialEnds.get(hash)?.end ?? (endsAt > now ? { at: now, why: 'gone' as const } : undefined);
}

/** The verbs about credentials. */
export function memoryCredentials(
  book: Book,
  node: string,
): Pick<
  Store,
  'issueCredential' | 'credentialsOf' | 'credential' | 'noteUse' | 'usesOf' | 'revokeCredential'
> {
  const ofPrincipal = (principalId: string) =>
    [...book.credentials.values()].filter(
      (credential) => credential.principalId === principalId && credential.endsAt > book.now(),
    );

  return {
    async issueCredential(credential, event) {
      if (liveCredential(book, credential.hash) !== undefined) return { value: undefined, events: [] };
      book.credentials.set(credential.hash, credential);
      book.credentialUses.delete(credential.hash);
      const { id, principalId } = credential;
      return {
        value: credential,
        events: enter(book, node, [event], { kind: 'credential', id, principalId }),
      };
    },

    async credentialsOf(principalId) {
      return ofPrincipal(principalId).toSorted((a, b) => b.createdAt - a.createdAt);
    },

    async credential(hash) {
      const credential = liveCredential(book, hash);
      const principal = credential && book.principals.get(credential.principalId);
      return credential && principal && { credential, principal, now: book.now() };
    },

    async noteUse(hash, { at, from }) {
      if (liveCredential(book, hash) === undefined) return false;
      book.credentialUses.set(hash, { at, from });
      return true;
    },

    async usesOf(principalId) {
      return new Map(
        ofPrincipal(principalId).flatMap(({ hash }) => {
          const use = book.credentialUses.get(hash);
          return use === undefined ? [] : [[hash, use]];
        }),
      );
    },

    async revokeCredential(principalId, id, event, why = 'revoked') {
      const credential = ofPrincipal(principalId).find((own) => own.id === id);
      if (credential === undefined) return { value: undefined, events: [] };
      book.credentials.delete(credential.hash);
      book.credentialUses.delete(credential.hash);
      const at = book.now();
      // An organisation's certificate would come back else.
      const until = Math.max(at + tombstoneMs, credential.endsAt);
      book.credentialEnds.set(credential.hash, { end: { at, why }, until });
      return {
        value: credential,
        events: enter(book, node, [event], { kind: 'credential', id, principalId }),
      };
    },
  };
}
