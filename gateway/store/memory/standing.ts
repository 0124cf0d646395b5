/** What stands for a claim in the in-process store. */
import { standingOf } from '../grant-state.ts';
import { targetOf, targetsFor } from '../lock-target.ts';
import type { Standing } from '../records.ts';
import { endedShown } from '../spans.ts';
import type { Store } from '../store.ts';
import type { Book } from './book.ts';
import { endedEarly, liveCredential } from './credentials.ts';
import { endOf, keptGrant } from './grants.ts';
import { standingLocks } from './locks.ts';

/** The verbs every operation begins with. */
export function memoryStanding(book: Book, node: string): Pick<Store, 'now' | 'stand' | 'standings'> {
  const standing = (principalId: string | undefined, repository: string): Standing => {
    const now = book.now();
    const kept = [...book.grants.values()]
      .filter(({ grant }) => grant.principalId === principalId && grant.scope.repository === repository)
      .flatMap(({ grant }) => keptGrant(book, grant.id) ?? []);
    const live = kept.filter((grant) => endOf(grant) > now);
    const ended = kept
      .filter((grant) => endOf(grant) <= now)
      .toSorted((a, b) => endOf(b) - endOf(a))
      .slice(0, endedShown);
    const targets = new Set(targetsFor(principalId, repository).map(targetOf));
    return {
      grants: [...live, ...ended].map((grant) => standingOf(grant, now)),
      locks: standingLocks(book).filter((lock) => targets.has(targetOf(lock.on))),
      seq: book.seq,
      now,
    };
  };

  return {
    async now() {
      return book.now();
    },

    async stand(claim, repository) {
      const credential = 'credentialHash' in claim ? liveCredential(book, claim.credentialHash) : undefined;
      const principalId = 'principalId' in claim ? claim.principalId : credential?.principalId;
      const principal = principalId === undefined ? undefined : book.principals.get(principalId);
      return { credential, principal, standing: standing(principal?.id, repository) };
    },

    async standings(of) {
      return of.map(({ principalId, repository, credential, operationId }) => {
        const credentialEnded = credential && endedEarly(book, credential);
        const operation = operationId === undefined ? undefined : book.operations.get(operationId);
        const cut = operation?.cut;
        const left = operation === undefined && book.left.has(operationId ?? '');
        const takenOver = left || (operation !== undefined && operation.node !== node);
        const principal = book.principals.get(principalId);
        return {
          ...standing(principalId, repository),
          ...(principal && { principal }),
          ...(credentialEnded && { credentialEnded }),
          ...(cut && { cut }),
          ...(takenOver && { takenOver }),
        };
      });
    },
  };
}
