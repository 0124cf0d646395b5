/** Principals out of their sealed records: what JSON leaves out stands as undefined again. */
import type { Principal } from '../records.ts';
import type { Sealer } from './seal.ts';

export function openPrincipal(
  sealer: Sealer,
  id: string | undefined,
  json: unknown,
  mac: unknown,
): Principal | undefined {
  const record = id === undefined ? undefined : sealer.open<Principal>('principal', id, json, mac);
  return record && { ...record, name: record.name, email: record.email };
}
