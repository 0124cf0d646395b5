/** SSH keys: registered, listed and ended by their owner. A key belongs to one person, for as long as it is registered. */
import { parseId } from '../../gateway/grants/ids.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { parsePublicKeyLine, type WrittenKey } from '../../gateway/ssh/public-key-line.ts';
import { SshError } from '../../gateway/ssh/ssh-error.ts';
import type { Credential } from '../../gateway/store/records.ts';
import { notFound, Problem } from '../problem.ts';
import type { KeyView } from '../schemas/keys.ts';
import type { Handlers } from './handling.ts';
import { type IssuingDeps, issueOwn, revokeOwn } from './issuing.ts';

/** The handlers about SSH keys. */
export function keyHandlers(deps: IssuingDeps): Pick<Handlers, 'listKeys' | 'registerKey' | 'revokeKey'> {
  const { store } = deps;
  return {
    async listKeys({ principal }) {
      const [credentials, now] = await Promise.all([store.credentialsOf(principal.id), store.now()]);
      return { now, keys: credentials.filter(({ kind }) => kind === 'ssh').map(viewKey) };
    },

    async registerKey(caller, { body }) {
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const issued = await issueOwn(deps, caller, {
        kind: 'ssh',
        scopes: [],
        name: body.name,
        expiresIn: body.expiresIn,
        hash: hashKey(written.key.blob),
        shown: written.fingerprint,
      });
      if (issued === 'taken')
        return new Problem(409, 'key-taken', 'that key is registered already; a key belongs to one person');
      return issued instanceof Problem ? issued : viewKey(issued);
    },

    async revokeKey(caller, { params }) {
      const revoked = await revokeOwn(deps, caller, parseId(params.id, 'C'), ['ssh']);
      if (revoked === undefined) return notFound('key');
      return { ...viewKey(revoked.credential), recorded: revoked.recorded };
    },
  };
}

/** A pasted public key, or what is wrong with it. */
export function readKey(line: string): WrittenKey | Problem {
  try {
    return parsePublicKeyLine(line);
  } catch (error) {
    if (error instanceof SshError) return new Problem(400, 'bad-key', error.message);
    throw error;
  }
}

function viewKey({ id, name, shown, createdAt, endsAt, origin }: Credential): KeyView {
  return { id, name, fingerprint: shown, createdAt, endsAt, origin: origin ?? 'registered' };
}
