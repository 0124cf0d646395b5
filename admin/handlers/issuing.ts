/** What the making of a secret and of a key have in common: the bounds, where it was made, and a last look whether its owner is still here. */
import { formatDuration, parseDuration } from '../../config/quantities.ts';
import { lockoutsOf } from '../../gateway/identity/endings.ts';
import type { Credential, MadeIn } from '../../gateway/store/records.ts';
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
/** Live credentials of one person, keys included. */
const mostCredentials = 100;

/** Issues a credential to the caller. `taken`: its hash is a live credential's already. */
export async function issueOwn(
  deps: IssuingDeps,
  caller: Caller,
  asked: Issuing,
): Promise<Credential | Problem | 'taken'> {
  const { store } = deps;
  const { principal } = caller;
  const { kind, scopes, hash, shown } = asked;
  const lifeMs = readLife(asked.expiresIn, deps.config().credentials.maxLifeMs);
  if (lifeMs instanceof Problem) return lifeMs;
  const name = asked.name.trim();
  if (name === '' || /\p{Cc}/u.test(name)) {
    return new Problem(400, 'bad-name', 'the name is empty or holds a control character');
  }
  const [own, now] = await Promise.all([store.credentialsOf(principal.id), store.now()]);
  if (own.length >= mostCredentials) {
    return new Problem(409, 'too-many', `you have ${own.length} live credentials; end some first`);
  }
  const ends = deps.config().credentials.endWithSignIn.includes(kind);
  const latest = ends && caller.via === 'sign-in' ? caller.signIn.endsAt : Number.POSITIVE_INFINITY;
  const madeIn = madeInOf(caller);
  const credential: Credential = {
    id: deps.newId('C'),
    principalId: principal.id,
    kind,
    scopes,
    name,
    shown,
    hash,
    createdAt: now,
    endsAt: Math.min(now + lifeMs, latest),
    ...(madeIn === undefined ? {} : { madeIn }),
  };
  const { id: credentialId, principalId, endsAt } = credential;
  const { value, events } = await store.issueCredential(credential, {
    type: 'credential.issued',
    body: { credentialId, principalId, kind, scopes, name, shown, endsAt },
  });
  if (value === undefined) return 'taken';
  await deps.settle(events);
  // Made first, then looked, as a sign-in is: whoever ends this person's credentials sees it, or is seen here.
  if (await stillHere(store, caller)) return value;
  const why = { principalId, reason: 'locked-out', credentialId };
  const { events: undone } = await store.revokeCredential(
    principalId,
    credentialId,
    { type: 'credential.revoked', body: why },
    'locked-out',
  );
  await deps.settleInForce(undone);
  return new Problem(401, 'sign-in-needed', 'your sign-in has ended; sign in again', { signIn: '/login' });
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

/** Where the caller is signed in, as far as that is known. */
function madeInOf(caller: Caller): MadeIn | undefined {
  if (caller.via === 'credential') return undefined;
  const { sid } = caller.via === 'sign-in' ? caller.signIn : caller;
  return {
    ...(caller.via === 'sign-in' ? { signInHash: caller.signIn.hash } : {}),
    ...(sid === undefined ? {} : { sid }),
  };
}

/** Whether the caller has not been signed out or locked out meanwhile. */
async function stillHere(store: AdminDeps['store'], caller: Caller): Promise<boolean> {
  const { id } = caller.principal;
  if ((await lockoutsOf(store, id)).length > 0) return false;
  if (caller.via !== 'sign-in') return true;
  return (await store.signInsOf(id)).some(({ hash }) => hash === caller.signIn.hash);
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
