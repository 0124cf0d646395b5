/** The four people of the demo, as its identity provider knows them. */

/** The name an account is chosen by; also its subject. */
export type AccountName = 'developer' | 'approver' | 'auditor' | 'admin';

/** What the provider says of a person, in the words of OpenID Connect's standard claims. */
export interface Account {
  readonly sub: AccountName;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly groups: readonly string[];
}

/** Every account, in the order the sign-in page shows them. */
export const accounts: readonly Account[] = [
  anAccount('developer', 'Dana Developer', ['developers']),
  anAccount('approver', 'Ana Approver', ['approvers']),
  anAccount('auditor', 'Aude Auditor', ['auditors']),
  anAccount('admin', 'Adam Admin', ['admins']),
];

/** @throws when no account has that name */
export function accountNamed(name: string): Account {
  const account = accounts.find(({ sub }) => sub === name);
  if (account === undefined) throw new Error(`account ${JSON.stringify(name)} is not one of the demo`);
  return account;
}

function anAccount(sub: AccountName, name: string, groups: readonly string[]): Account {
  return { sub, name, email: `${sub}@demo.example`, email_verified: true, groups };
}
