/** The demo's four people as principals with a git and an API credential each, made as the page would make them. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { makeEd25519Key } from '../../certs/host-keys.ts';
import type { Gateway } from '../gateway.ts';
import { createIds } from '../grants/ids.ts';
import { makeSecret, type SecretKind } from '../identity/credential.ts';
import { hashKey } from '../identity/key-hash.ts';
import { parsePublicKeyLine } from '../ssh/public-key-line.ts';
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
  for (const account of accounts) {
    const principal = await enrolled(gateway, account, issuer, newId('P'));
    const git = await issue(gateway, principal, 'git', newId('C'));
    const api = await issue(gateway, principal, 'api', newId('C'));
    issued.push([account.sub, { git, api }]);
  }
  return Object.fromEntries(issued) as Record<AccountName, AccountCredentials>;
}

/** Makes an SSH key that is one person's, in a file that only the demo's user can read. */
export async function registerNewKey(
  gateway: Pick<Gateway, 'store' | 'settle'>,
  issuer: string,
  whose: AccountName,
  file: string,
): Promise<void> {
  const newId = createIds(randomBytes);
  const account = accounts.find(({ sub }) => sub === whose);
  if (account === undefined) throw new Error(`the demo has no account ${whose}`);
  const principal = await enrolled(gateway, account, issuer, newId('P'));
  const { text, line } = makeEd25519Key(whose);
  await writeFile(file, text, { mode: 0o600 });
  const { key, fingerprint } = parsePublicKeyLine(line);
  const what = { kind: 'ssh', hash: hashKey(key.blob), shown: fingerprint } as const;
  await record(gateway, principal, what, newId('C'));
}

async function enrolled(
  { store }: Pick<Gateway, 'store'>,
  { sub, name, email, email_verified, groups }: (typeof accounts)[number],
  issuer: string,
  newPrincipalId: string,
): Promise<Principal> {
  const profile = { issuer, subject: sub, name, email, emailVerified: email_verified, groups };
  return await store.enrol(profile, newPrincipalId);
}

async function issue(
  gateway: Pick<Gateway, 'store' | 'settle'>,
  principal: Principal,
  kind: SecretKind,
  id: string,
): Promise<string> {
  const { secret, hash, shown } = makeSecret(kind);
  await record(gateway, principal, { kind, hash, shown }, id);
  return secret;
}

async function record(
  { store, settle }: Pick<Gateway, 'store' | 'settle'>,
  principal: Principal,
  { kind, hash, shown }: Pick<Credential, 'kind' | 'hash' | 'shown'>,
  id: string,
): Promise<void> {
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
}
