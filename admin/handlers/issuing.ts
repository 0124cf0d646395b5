/** What the making of a secret and of a key have in common, and the ending of both: bounds and names, and who the owner is. */
import { formatDuration, parseDuration } from '../../config/quantities.ts';
import {
  type CredentialIssuing,
  type CredentialOwner,
  credentialsAtMost,
  issueCredential,
} from '../../gateway/identity/issue-credential.ts';
import type { Credential } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Caller } from '../caller.ts';
import { Problem } from '../problem.ts';

/** What issuing rests on. */
export type IssuingDeps = Pick<AdminDeps, 'store' | 'config' | 'newId' | 'settle' | 'settleInForce'>;

/** What its owner asks for, and the part of it that is kept. */
export interface Issuing extends Pick<Credential, 'kind' | 'scopes' | 'hash' | 'shown'> {
  readonly name: string;
  readonly expiresIn: string;
}

/** A minute: less is a slip of the unit. */
const shortestLifeMs = 60_000;

export const tooManyCredentials = new Problem(
  409,
  'too-many',
  `you have ${credentialsAtMost} live credentials; end some first`,
);
export const signedOut = new Problem(401, 'sign-in-needed', 'your sign-in has ended; sign in again', {
  signIn: '/login',
});

/** Issues a credential to the caller. `taken`: its hash is a live credential's already. */
export async function issueOwn(
  deps: IssuingDeps,
  caller: Caller,
  asked: Issuing,
): Promise<Credential | Problem | 'taken'> {
  const lifeMs = readLife(asked.expiresIn, deps.config().credentials.maxLifeMs);
  if (lifeMs instanceof Problem) return lifeMs;
  const name = asked.name.trim();
  if (name === '' || /\p{Cc}/u.test(name)) {
    return new Problem(400, 'bad-name', 'the name is empty or holds a control character');
  }
  const { kind, scopes, hash, shown } = asked;
  const issued = await issueCredential(credentialIssuing(deps), ownerOf(caller), {
    ...{ kind, scopes, name, hash, shown },
    lifeMs,
  });
  switch (issued) {
    case 'too-many':
      return tooManyCredentials;
    case 'signed-out':
      return signedOut;
    default:
      return issued;
  }
}

/** What issuing needs of the API's own. */
export function credentialIssuing({
  store,
  settle,
  settleInForce,
  newId,
  config,
}: IssuingDeps): CredentialIssuing {
  return {
    store,
    settle,
    settleInForce,
    newCredentialId: () => newId('C'),
    endWithSignIn: () => config().credentials.endWithSignIn,
  };
}

/** A credential that has ended; `recorded`: its entry is durable already. */
export interface Revoked {
  readonly credential: Credential;
  readonly recorded: boolean;
}

/** Ends one of the caller's own credentials of these kinds; undefined when there is none of that id. */
export async function revokeOwn(
  { store, settleInForce }: IssuingDeps,
  { principal }: Caller,
  credentialId: string | undefined,
  kinds: readonly Credential['kind'][],
): Promise<Revoked | undefined> {
  const own = await store.credentialsOf(principal.id);
  if (!own.some(({ id, kind }) => id === credentialId && kinds.includes(kind))) return undefined;
  if (credentialId === undefined) return undefined;
  const { value, events } = await store.revokeCredential(principal.id, credentialId, {
    type: 'credential.revoked',
    body: { credentialId, principalId: principal.id, by: principal.id },
  });
  return value && { credential: value, recorded: await settleInForce(events) };
}

/** The caller as the owner of what is made, with where they are signed in, as far as that is known. */
export function ownerOf(caller: Caller): CredentialOwner {
  const principalId = caller.principal.id;
  if (caller.via === 'credential') return { principalId, madeIn: undefined, signInEndsAt: undefined };
  const { sid } = caller.via === 'sign-in' ? caller.signIn : caller;
  const madeIn = {
    ...(caller.via === 'sign-in' ? { signInHash: caller.signIn.hash } : {}),
    ...(sid === undefined ? {} : { sid }),
  };
  return { principalId, madeIn, signInEndsAt: caller.via === 'sign-in' ? caller.signIn.endsAt : undefined };
}

/** A span within what a credential may last, ms. */
export function readLife(text: string, maxLifeMs: number): number | Problem {
  const bounds = `1m to ${formatDuration(maxLifeMs)}`;
  try {
    const lifeMs = parseDuration(text.trim());
    if (lifeMs >= shortestLifeMs && lifeMs <= maxLifeMs) return lifeMs;
    return new Problem(400, 'bad-duration', `expiresIn ${formatDuration(lifeMs)} is outside ${bounds}`);
  } catch {
    return new Problem(400, 'bad-duration', `expiresIn is not a span such as 30d or 12h, within ${bounds}`);
  }
}
