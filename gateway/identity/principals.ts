/** Verified identities become principals of the store. */
import type { Principal } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Identity } from './claims.ts';

/** Creates the principal of an identity or refreshes what the provider says of them; `newId` makes a `P-…` for a new one. */
export function enrol(
  store: Pick<Store, 'enrol'>,
  identity: Identity,
  newId: () => string,
): Promise<Principal> {
  const { authenticatedAt: _at, sid: _sid, ...seen } = identity;
  return store.enrol(seen, newId());
}
