/** The holder of a registered key as a caller of the API: with its rules, and its freshness of groups. */
import type { Caller } from '../../admin/caller.ts';
import type { Credential, Principal } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { SshIdentity } from './authentication.ts';

export interface KeyHolder {
  readonly credential: Credential;
  readonly principal: Principal;
}

/** Looks the key up anew: undefined for nobody, and for a key that has ended meanwhile. */
export async function keyHolder(
  store: Pick<Store, 'credential'>,
  identity: SshIdentity,
): Promise<KeyHolder | undefined> {
  if (identity.kind === 'nobody') return undefined;
  const found = await store.credential(identity.hash);
  return found?.credential.kind === 'ssh' ? found : undefined;
}

/** @param authenticatedAt when the person last proved themselves to the provider: a key says nothing of that */
export function keyCaller({ credential, principal }: KeyHolder, authenticatedAt?: number): Caller {
  return {
    via: 'credential',
    door: 'ssh',
    principal,
    authenticatedAt,
    credentialId: credential.id,
    credentialKind: credential.kind,
    scopes: credential.scopes,
  };
}
