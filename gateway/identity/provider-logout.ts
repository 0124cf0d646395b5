/** The provider says that a sign-in is over: that sign-in ends, and what is bound to it; nobody is locked out. */
import type { MadeIn, Principal } from '../store/records.ts';
import { type Ended, type EndingDeps, endSignIns } from './endings.ts';
import type { ProviderLogout } from './logout-token.ts';

/** `repeated`: the token was taken before, and must not be taken again. */
export type LogoutOutcome = { readonly kind: 'ended'; readonly ended: Ended } | { readonly kind: 'repeated' };

/** Ends what a verified token names. Rejects with a `StoreError` when the store is away; the token may then be sent again. */
export async function endByProvider(
  deps: EndingDeps,
  logout: ProviderLogout,
  address: string,
): Promise<LogoutOutcome> {
  const { store } = deps;
  const word = `logout ${logout.issuer} ${logout.jti}`;
  const now = await store.now();
  if (!(await store.firstTime(word, logout.untilAt - now))) return { kind: 'repeated' };
  try {
    let [signIns, credentials] = [0, 0];
    for (const principal of await concerned(deps, logout)) {
      const ended = await endOf(deps, principal, logout, address);
      signIns += ended.signIns;
      credentials += ended.credentials;
    }
    return { kind: 'ended', ended: { signIns, credentials } };
  } catch (error) {
    await store.unsay(word).catch(() => undefined);
    throw error;
  }
}

async function concerned(
  { store }: EndingDeps,
  { issuer, subject, sid }: ProviderLogout,
): Promise<readonly Principal[]> {
  if (subject !== undefined) {
    const known = await store.known(issuer, subject);
    return known === undefined ? [] : [known];
  }
  const people = await store.principals(sid === undefined ? [] : await store.principalsIn(sid));
  return [...people.values()].filter((principal) => principal.issuer === issuer);
}

async function endOf(
  deps: EndingDeps,
  { id }: Principal,
  { subject, sid }: ProviderLogout,
  address: string,
): Promise<Ended> {
  // Of a named person, what came without a session's name may be of this session: it ends too.
  const isMeant = (made: { readonly sid?: string }): boolean =>
    sid === undefined || made.sid === sid || (made.sid === undefined && subject !== undefined);
  const madeIn = (made: MadeIn | undefined): boolean => made !== undefined && isMeant(made);
  const ended = await endSignIns(
    deps,
    id,
    { signIn: isMeant, madeIn },
    { why: 'provider-logout', about: { address } },
  );
  await forgetWithSession(deps, id, isMeant);
  return ended;
}

/**
 * Forgets a refresh token that ends with the provider's session: its `invalid_grant` would say that the person logged out
 * there, not that they have left.
 */
export async function forgetWithSession(
  { store }: Pick<EndingDeps, 'store'>,
  principalId: string,
  isOver: (session: { readonly sid?: string }) => boolean,
): Promise<void> {
  const refresh = await store.refreshOf(principalId);
  if (refresh !== undefined && !refresh.offline && isOver(refresh))
    await store.replaceRefresh(refresh, undefined);
}
