/** Finds out who makes a call: an Authorization header first, else the sign-in cookie. */
import type { FastifyRequest } from 'fastify';
import { readAuthorization } from '../gateway/identity/authorization.ts';
import { hashSecret } from '../gateway/identity/credential.ts';
import { lockoutsOf } from '../gateway/identity/endings.ts';
import type { Provider } from '../gateway/identity/oidc.ts';
import { enrol } from '../gateway/identity/principals.ts';
import { ProviderError } from '../gateway/identity/provider-error.ts';
import type { SignIns } from '../gateway/identity/sign-in.ts';
import { contradicts } from '../gateway/identity/user-name.ts';
import type { Store } from '../gateway/store/store.ts';
import type { Caller } from './caller.ts';
import { signInCookie } from './cookies.ts';
import type { NoteUse } from './credential-uses.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import type { RefusedSignIns } from './refused-sign-ins.ts';

/** Answers who calls, or why that cannot be told: 401 only for a missing or bad proof, never for an outage. */
export type Authenticate = (request: FastifyRequest, address: string) => Promise<Caller | Problem>;

/** An ID token's owner is enrolled at most this often, so that a loop of calls is no loop of writes. */
const enrolledMs = 30_000;
const mostEnrolled = 1_000;

/** Makes the authenticator. */
export function authenticator(deps: {
  readonly store: Store;
  readonly provider: Provider;
  readonly signIns: SignIns;
  readonly limits: Limits;
  readonly refusedSignIns: RefusedSignIns;
  readonly noteUse: NoteUse;
  readonly newPrincipalId: () => string;
}): Authenticate {
  const { store, limits } = deps;
  const byToken = tokenOwners(deps);

  const refuse = async (address: string, code: string, message: string): Promise<Problem> => {
    await limits.badCredential(address);
    deps.refusedSignIns.note(address, code);
    return new Problem(401, code, message);
  };

  return async (request, address) => {
    const evidence = readAuthorization(request.headers.authorization);
    if (evidence.kind === 'none') return (await bySignIn(request, deps.signIns)) ?? signInNeeded;
    const waiting = await limits.credentials(address);
    if (waiting !== undefined) return waiting;
    switch (evidence.kind) {
      case 'malformed':
        if (evidence.why === 'empty-password')
          return new Problem(401, 'credential-refused', 'no password was sent');
        return refuse(
          address,
          'credential-refused',
          'the Authorization header holds no credential of this gateway',
        );
      case 'credential': {
        const found = await store.credential(evidence.hash);
        if (found === undefined) {
          return refuse(
            address,
            'credential-refused',
            `the credential ${evidence.shown}… is unknown or has ended`,
          );
        }
        const { credential, principal } = found;
        if (contradicts(evidence.userName, principal)) {
          return refuse(address, 'credential-refused', 'the user name is not that of the credential’s owner');
        }
        deps.noteUse(credential, found.now, address);
        return {
          via: 'credential',
          principal,
          authenticatedAt: undefined,
          credentialId: credential.id,
          credentialKind: credential.kind,
          scopes: credential.scopes,
        };
      }
      case 'jwt':
        try {
          const caller = await byToken(evidence.token);
          // A token made before its person was locked out still verifies.
          const [lockout] = await lockoutsOf(store, caller.principal.id);
          return lockout === undefined ? caller : lockedOut;
        } catch (error) {
          if (!(error instanceof ProviderError)) throw error;
          if (error.code === 'AUTH_PROVIDER_UNREACHABLE') {
            return new Problem(
              503,
              'provider-unreachable',
              `${error.message}; use a credential or try again later`,
              {
                retryAfterSeconds: 30,
              },
            );
          }
          return refuse(address, 'token-refused', error.message);
        }
    }
  };
}

const lockedOut = new Problem(
  403,
  'locked-out',
  'you are locked out until you sign in again with a browser',
  {
    signIn: '/login?fresh=1',
  },
);

const signInNeeded = new Problem(
  401,
  'sign-in-needed',
  'sign in, or send a credential as Authorization: Bearer',
  {
    signIn: '/login',
  },
);

async function bySignIn(request: FastifyRequest, signIns: SignIns): Promise<Caller | undefined> {
  const signInId = request.cookies[signInCookie];
  const found = await signIns.find(signInId);
  if (found === undefined) return undefined;
  const { signIn, principal } = found;
  return { via: 'sign-in', principal, authenticatedAt: signIn.authenticatedAt, signIn };
}

function tokenOwners(deps: {
  readonly store: Store;
  readonly provider: Provider;
  readonly newPrincipalId: () => string;
}): (token: string) => Promise<Caller> {
  const enrolled = new Map<string, { readonly caller: Caller; readonly until: number }>();
  return async (token) => {
    // The token is verified each time: only the write is spared.
    const identity = await deps.provider.verify(token);
    const key = hashSecret(token);
    const now = Date.now();
    const known = enrolled.get(key);
    if (known !== undefined && known.until > now) return known.caller;
    const principal = await enrol(deps.store, identity, deps.newPrincipalId);
    const { authenticatedAt, sid } = identity;
    const caller: Caller = { via: 'id-token', principal, authenticatedAt, sid };
    if (enrolled.size >= mostEnrolled) enrolled.clear();
    enrolled.set(key, { caller, until: now + enrolledMs });
    return caller;
  };
}
