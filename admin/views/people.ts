/** Principals as others are shown them: one look-up for all the ids of an answer. */
import type { Principal } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import type { Person } from '../schemas/people.ts';

/** Finds the person of an id; one whom the store no longer knows is shown by the id alone. */
export type FindPerson = (principalId: string) => Person;

/** Looks up everybody an answer names. */
export async function findPeople(
  store: Pick<Store, 'principals'>,
  principalIds: Iterable<string>,
): Promise<{ readonly person: FindPerson; readonly principals: ReadonlyMap<string, Principal> }> {
  const ids = [...new Set(principalIds)];
  const principals = ids.length === 0 ? new Map<string, Principal>() : await store.principals(ids);
  const person: FindPerson = (principalId) => {
    const principal = principals.get(principalId);
    return principal === undefined ? { id: principalId } : personOf(principal);
  };
  return { person, principals };
}

/** One principal as shown. */
export function personOf({ id, name, email }: Principal): Person {
  return { id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
