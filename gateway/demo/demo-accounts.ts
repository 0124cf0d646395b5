/** The demo's four people as principals with a git and an API credential each, made as the page would make them. */
import { randomBytes } from 'node:crypto';
import type { Gateway } from '../gateway.ts';
import { createIds } from '../grants/ids.ts';
import { makeSecret, type SecretKind } from '../identity/credential.ts';
import type { Credential, CredentialScope, Principal } from '../store/records.ts';
import { type AccountName, accounts } from './accounts.ts';

/** The secrets of one account. */
export interface AccountCredentials {
  readonly git: string;
  readonly api: string;
}

/** How long the demo's credentials live. */
const lifeMs = 86_400_000;
const allScopes: readonly CredentialScope[] = ['read', 'request', 'approve', 'audit'];

/** Enrols the accounts and gives each its credentials, on record like any other. */
export async function issueAccounts(
  gateway: Pick<Gateway, 'store' | 'settle'>,
  issuer: string,
): Promise<Readonly<Record<AccountName, AccountCredentials>>> {
  const newId = createIds(randomBytes);
  const issued: [AccountName, AccountCredentials][] = [];
  for (const { sub, name, email, email_verified, groups } of accounts) {
    const principal = await gateway.store.enrol(
      { issuer, subject: sub, name, email, emailVerified: email_verified, groups },
      newId('P'),
    );
    const git = await issue(gateway, principal, 'git', newId('C'));
    const api = await issue(gateway, principal, 'api', newId('C'));
    issued.push([sub, { git, api }]);
  }
  return Object.fromEntries(issued) as Record<AccountName, AccountCredentials>;
}

async function issue(
  { store, settle }: Pick<Gateway, 'store' | 'settle'>,
  principal: Principal,
  kind: SecretKind,
  id: string,
): Promise<string> {
  const { secret, hash, shown } = makeSecret(kind);
  const now = await store.now();
  const scopes = kind === 'api' ? allScopes : [];
  const credential: Credential = {
    id,
    principalId: principal.id,
    kind,
    scopes,
    name: 'demo',
    shown,
    hash,
    createdAt: now,
    endsAt: now + lifeMs,
  };
  const { events } = await store.issueCredential(credential, {
    type: 'credential.issued',
    body: {
      credentialId: id,
      principalId: principal.id,
      kind,
      scopes,
      name: 'demo',
      shown,
      endsAt: credential.endsAt,
    },
  });
  await settle(events);
  return secret;
}
