/** A person beside the demo's four, with a git and an API credential. */
import type { AccountCredentials } from '../../gateway/demo/demo-accounts.ts';
import { makeSecret, type SecretKind } from '../../gateway/identity/credential.ts';
import type { Store } from '../../gateway/store/store.ts';
import { recorded } from '../store/recorded.ts';
import { aCredential, anEvent, aPerson, freshId } from '../store/samples.ts';

/** Enrols a developer of that name, who may ask for what the demo's own may. */
export async function anotherDeveloper(store: Store, name: string): Promise<AccountCredentials> {
  const { id: principalId } = await store.enrol(aPerson({ name, groups: ['developers'] }), freshId('P'));
  const issue = async (kind: SecretKind): Promise<string> => {
    const { secret, hash, shown } = makeSecret(kind);
    const scopes = kind === 'api' ? (['read', 'request'] as const) : [];
    const credential = aCredential(await store.now(), { principalId, kind, scopes, hash, shown });
    await recorded(store, await store.issueCredential(credential, anEvent('credential.issued')));
    return secret;
  };
  return { git: await issue('git'), api: await issue('api') };
}
