/** What the schema cannot say of the store. */
import type { Problem } from '../fault.ts';
import type { ConfigFile } from '../file/root.ts';

/** Faults of fields that belong to another kind of store, or that this kind needs. */
export function storeFaults({ store }: ConfigFile): Problem[] {
  if (store.kind === 'memory') {
    return Object.keys(store)
      .filter((name) => name !== 'kind')
      .map((name) => ({
        path: ['store', name],
        message: 'belongs to a Redis store; kind is memory',
        atKey: true,
      }));
  }
  const faults: Problem[] = [];
  const missing = (name: string, expected: string): void => {
    faults.push({
      path: ['store', name],
      message: `is missing; expected ${expected} for kind ${store.kind}`,
    });
  };
  if (store.addresses === undefined) missing('addresses', 'a list of HOST:PORT');
  else if (store.kind === 'redis' && store.addresses.length !== 1) {
    faults.push({
      path: ['store', 'addresses'],
      message: `holds ${store.addresses.length} addresses; kind redis has exactly one`,
    });
  }
  if (store.integrityKeyFile === undefined) missing('integrityKeyFile', 'a path');
  if (store.kind === 'sentinel' && store.primaryName === undefined) missing('primaryName', 'text');
  if (store.kind !== 'sentinel' && store.primaryName !== undefined) {
    faults.push({
      path: ['store', 'primaryName'],
      message: `belongs to kind sentinel; kind is ${store.kind}`,
      atKey: true,
    });
  }
  if (store.username !== undefined && store.passwordFile === undefined) {
    faults.push({ path: ['store', 'username'], message: 'stands without passwordFile', atKey: true });
  }
  const { certificateFile, keyFile } = store.tls ?? {};
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    faults.push({
      path: ['store', 'tls'],
      message: 'has one of certificateFile and keyFile; expected both or neither',
    });
  }
  return faults;
}
