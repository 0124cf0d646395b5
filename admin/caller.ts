/** Who makes a call, by which proof, and what that proof may be used for. */
import type { Credential, CredentialScope, Principal, SignIn } from '../gateway/store/records.ts';
import type { Need } from './calls.ts';
import { Problem } from './problem.ts';

/** A known caller. */
export type Caller = {
  readonly principal: Principal;
  /** When the person last proved themselves to the provider, epoch ms; undefined when nothing says so. */
  readonly authenticatedAt: number | undefined;
  /** Where they call, when that is neither the page nor the API. */
  readonly door?: 'ssh';
} & Proof;

/** What the caller showed. */
export type Proof =
  | { readonly via: 'sign-in'; readonly signIn: SignIn }
  | {
      readonly via: 'credential';
      readonly credentialId: string;
      readonly credentialKind: Credential['kind'];
      readonly scopes: readonly CredentialScope[];
    }
  /** `sid`: the provider's session the token was made in. */
  | { readonly via: 'id-token'; readonly sid: string | undefined };

/** Every scope: what a person in a browser may do, as far as policy and roles let them. */
export const allScopes: readonly CredentialScope[] = ['read', 'request', 'approve', 'audit'];

/** What the holder of an SSH key may do at the SSH door, as far as policy and roles let them; reading the audit is for the API. */
export const keyScopes: readonly CredentialScope[] = ['read', 'request', 'approve'];

/** The scopes a caller may act under. */
export function scopesOf(caller: Caller): readonly CredentialScope[] {
  if (caller.via !== 'credential') return allScopes;
  if (caller.credentialKind === 'ssh') return caller.door === 'ssh' ? keyScopes : [];
  return caller.credentialKind === 'api' ? caller.scopes : [];
}

/** Undefined when the caller's proof is good for a call that needs one of `needs`. */
export function proofProblem(caller: Caller, needs: readonly Need[]): Problem | undefined {
  const has = (need: Need): boolean => {
    if (need === 'nothing') return true;
    if (need === 'sign-in') return caller.via !== 'credential';
    if (need === 'git') return caller.via === 'credential' && caller.credentialKind === 'git';
    return scopesOf(caller).includes(need);
  };
  if (needs.some(has)) return undefined;
  if (caller.via === 'credential' && caller.credentialKind === 'git') {
    return new Problem(
      403,
      'git-credential',
      'a git credential is good for git and for /api/can only; use an api credential or sign in',
    );
  }
  if (needs.every((need) => need === 'sign-in')) {
    return new Problem(403, 'sign-in-needed', 'a credential cannot do this; sign in with a browser', {
      signIn: '/login',
    });
  }
  return new Problem(
    403,
    'scope-missing',
    `this credential does not have the scope ${needs.filter((need) => need !== 'git').join(' or ')}`,
  );
}
