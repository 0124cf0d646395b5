/** Whether the user name beside a secret fits the secret's owner. */
import type { Principal } from '../store/records.ts';

/** Names that tools and people put beside a token to say nothing (cases G4: hickford/git-credential-oauth#109). */
const placeholders: ReadonlySet<string> = new Set([
  'git',
  'oauth2',
  'oauth',
  'token',
  'x-access-token',
  'x-token-auth',
  'x-token',
  'x-oauth-basic',
  'x-bitbucket-api-token-auth',
  'gitlab-ci-token',
  'private-token',
  'personalaccesstoken',
  'pat',
  'bearer',
  'basic',
  'sluice',
  'user',
  'username',
  'any',
  'anything',
  'unused',
  'ignored',
  'none',
]);

/**
 * Whether a Basic user name speaks against the owner of the secret beside it: then the secret is somebody else's.
 *
 * Decided without looking other people up: a name fits when it is a placeholder, a single character, or the owner's
 * subject, e-mail, part before the `@`, or name, whatever their case. Any other name contradicts.
 */
export function contradicts(
  userName: string | undefined,
  owner: Pick<Principal, 'id' | 'subject' | 'email' | 'name'>,
): boolean {
  if (userName === undefined) return false;
  const said = fold(userName);
  if (said.length <= 1 || placeholders.has(said)) return false;
  const own = [owner.id, owner.subject, owner.email, owner.email?.split('@')[0], owner.name];
  return !own.some((name) => name !== undefined && fold(name) === said);
}

/** One spelling of composed and decomposed letters, of either case. */
function fold(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}
