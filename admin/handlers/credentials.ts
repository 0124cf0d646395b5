/** Credentials: made, listed and ended by their owner; the secret leaves once, in the answer that makes it. */
import { parseId } from '../../gateway/grants/ids.ts';
import { makeSecret, type SecretKind } from '../../gateway/identity/credential.ts';
import type { Credential } from '../../gateway/store/records.ts';
import { notFound, Problem } from '../problem.ts';
import type { CredentialView } from '../schemas/credentials.ts';
import type { Handlers } from './handling.ts';
import { type IssuingDeps, issueOwn, revokeOwn } from './issuing.ts';

const secretKinds: readonly SecretKind[] = ['git', 'api'];

/** The handlers about credentials. */
export function credentialHandlers(
  deps: IssuingDeps,
): Pick<Handlers, 'listCredentials' | 'createCredential' | 'revokeCredential'> {
  const { store } = deps;
  return {
    async listCredentials({ principal }) {
      const [credentials, uses, now] = await Promise.all([
        store.credentialsOf(principal.id),
        store.usesOf(principal.id),
        store.now(),
      ]);
      return {
        now,
        credentials: credentials.flatMap((credential) => {
          const view = viewCredential(credential);
          if (view === undefined) return [];
          const use = uses.get(credential.hash);
          return use === undefined ? view : { ...view, lastUsedAt: use.at, lastUsedFrom: use.from };
        }),
      };
    },

    async createCredential(caller, { body }) {
      const { kind, name, expiresIn } = body;
      const scopes = readScopes(kind, body.scopes);
      if (scopes instanceof Problem) return scopes;
      const { secret, hash, shown } = makeSecret(kind);
      const issued = await issueOwn(deps, caller, { kind, scopes, name, expiresIn, hash, shown });
      if (issued instanceof Problem) return issued;
      const credential = issued === 'taken' ? undefined : viewCredential(issued);
      if (credential === undefined) throw new Error('a new secret was somebody’s already');
      return { credential, secret };
    },

    async revokeCredential(caller, { params }) {
      const revoked = await revokeOwn(deps, caller, parseId(params.id, 'C'), secretKinds);
      const view = revoked && viewCredential(revoked.credential);
      if (revoked === undefined || view === undefined) return notFound('credential');
      return { ...view, recorded: revoked.recorded };
    },
  };
}

/** Undefined for a key, which is no secret. */
function viewCredential(credential: Credential): CredentialView | undefined {
  const { id, scopes, name, shown, createdAt, endsAt } = credential;
  const kind = secretKinds.find((kind) => kind === credential.kind);
  return kind && { id, kind, scopes: [...scopes], name, shown, createdAt, endsAt };
}

function readScopes(
  kind: SecretKind,
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
