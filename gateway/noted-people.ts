/** Names beside the chain: whoever is enrolled is noted in the people file, so that an auditor can read who `P-…` was. */
import type { Principal } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Keeps names; rejects when they cannot be written. */
export interface PeopleNotes {
  note(person: Pick<Principal, 'id' | 'issuer' | 'subject' | 'name' | 'email'>): Promise<void>;
}

/** A store whose `enrol` also notes the person. */
export function notedPeople(store: Store, people: PeopleNotes): Store {
  return {
    ...store,
    async enrol(seen, newId) {
      const principal = await store.enrol(seen, newId);
      await people.note(principal);
      return principal;
    },
  };
}
