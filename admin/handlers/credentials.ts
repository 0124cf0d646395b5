/** Credentials: made, listed and ended by their owner; the secret leaves once, in the answer that makes it. */
import { formatDuration, parseDuration } from '../../config/quantities.ts';
import { parseId } from '../../gateway/grants/ids.ts';
import { makeSecret } from '../../gateway/identity/credential.ts';
import { lockoutsOf } from '../../gateway/identity/endings.ts';
import type { Credential, MadeIn } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import type { Caller } from '../caller.ts';
import { notFound, Problem } from '../problem.ts';
import type { CredentialView } from '../schemas/credentials.ts';
import type { Handlers } from './handling.ts';

/** A minute: less is a slip of the unit. */
const shortestLifeMs = 60_000;
/** Live credentials of one person. */
const mostCredentials = 100;

/** The handlers about credentials. */
export function credentialHandlers(
  deps: Pick<AdminDeps, 'store' | 'config' | 'newId' | 'settle' | 'settleInForce'>,
): Pick<Handlers, 'listCredentials' | 'createCredential' | 'revokeCredential'> {
  const { store } = deps;
  return {
    async listCredentials({ principal }) {
      const [credentials, now] = await Promise.all([store.credentialsOf(principal.id), store.now()]);
      return { now, credentials: credentials.map(viewCredential) };
    },

    async createCredential(caller, { body }) {
      const { principal } = caller;
      const lifeMs = readLife(body.expiresIn, deps.config().credentials.maxLifeMs);
      if (lifeMs instanceof Problem) return lifeMs;
      const scopes = readScopes(body.kind, body.scopes);
      if (scopes instanceof Problem) return scopes;
      const name = body.name.trim();
      if (name === '' || /\p{Cc}/u.test(name)) {
        return new Problem(400, 'bad-name', 'the name is empty or holds a control character');
      }
      const [own, now] = await Promise.all([store.credentialsOf(principal.id), store.now()]);
      if (own.length >= mostCredentials) {
        return new Problem(409, 'too-many', `you have ${own.length} live credentials; end some first`);
      }
      const { secret, hash, shown } = makeSecret(body.kind);
      const ends = deps.config().credentials.endWithSignIn.includes(body.kind);
      const latest = ends && caller.via === 'sign-in' ? caller.signIn.endsAt : Number.POSITIVE_INFINITY;
      const madeIn = madeInOf(caller);
      const credential: Credential = {
        id: deps.newId('C'),
        principalId: principal.id,
        kind: body.kind,
        scopes,
        name,
        shown,
        hash,
        createdAt: now,
        endsAt: Math.min(now + lifeMs, latest),
        ...(madeIn === undefined ? {} : { madeIn }),
      };
      const { id: credentialId, principalId, kind, endsAt } = credential;
      const { value, events } = await store.issueCredential(credential, {
        type: 'credential.issued',
        body: { credentialId, principalId, kind, scopes, name, shown, endsAt },
      });
      await deps.settle(events);
      // Made first, then looked, as a sign-in is: whoever ends this person's credentials sees it, or is seen here.
      if (!(await stillHere(store, caller))) {
        const why = { principalId, reason: 'locked-out', credentialId };
        const { events: undone } = await store.revokeCredential(
          principalId,
          credentialId,
          { type: 'credential.revoked', body: why },
          'locked-out',
        );
        await deps.settleInForce(undone);
        return new Problem(401, 'sign-in-needed', 'your sign-in has ended; sign in again', {
          signIn: '/login',
        });
      }
      return { credential: viewCredential(value), secret };
    },

    async revokeCredential({ principal }, { params }) {
      const credentialId = parseId(params.id, 'C');
      if (credentialId === undefined) return notFound('credential');
      const { value, events } = await store.revokeCredential(principal.id, credentialId, {
        type: 'credential.revoked',
        body: { credentialId, principalId: principal.id, by: principal.id },
      });
      if (value === undefined) return notFound('credential');
      return { ...viewCredential(value), recorded: await deps.settleInForce(events) };
    },
  };
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

function viewCredential({ id, kind, scopes, name, shown, createdAt, endsAt }: Credential): CredentialView {
  return { id, kind, scopes: [...scopes], name, shown, createdAt, endsAt };
}

function readLife(text: string, maxLifeMs: number): number | Problem {
  const bounds = `1m to ${formatDuration(maxLifeMs)}`;
  try {
    const lifeMs = parseDuration(text.trim());
    if (lifeMs >= shortestLifeMs && lifeMs <= maxLifeMs) return lifeMs;
    return new Problem(400, 'bad-duration', `expiresIn ${formatDuration(lifeMs)} is outside ${bounds}`);
  } catch {
    return new Problem(400, 'bad-duration', `expiresIn is not a span such as 30d or 12h, within ${bounds}`);
  }
}

function readScopes(
  kind: Credential['kind'],
  asked: Credential['scopes'] | undefined,
): Credential['scopes'] | Problem {
  if (kind === 'git') {
    if (asked === undefined || asked.length === 0) return [];
    return new Problem(
      400,
      'bad-scopes',
      'a git credential has no scopes: it is good for git and for /api/can only',
    );
  }
  const scopes = [...new Set(asked ?? (['read'] satisfies Credential['scopes']))];
  if (scopes.length === 0)
    return new Problem(400, 'bad-scopes', 'an api credential needs at least one scope');
  return scopes;
}
