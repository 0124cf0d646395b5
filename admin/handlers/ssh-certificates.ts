/** SSH certificates: signed for who is signed in, each a credential of its own that ends as keys do. */
import { randomBytes } from 'node:crypto';
import { formatDuration } from '../../config/quantities.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from './handling.ts';
import { type IssuingDeps, issueOwn, readLife } from './issuing.ts';
import { readKey } from './keys.ts';

/** Clocks of clients and of hosts that a certificate is shown to may be behind. */
const backdatedMs = 60_000;

/** The handlers about certificates. */
export function certificateHandlers(
  deps: IssuingDeps & Pick<AdminDeps, 'sshAuthority'>,
): Pick<Handlers, 'signCertificate'> {
  return {
    async signCertificate(caller, { body }) {
      const authority = deps.sshAuthority();
      if (authority === undefined)
        return new Problem(404, 'no-ssh-authority', 'this gateway signs no SSH certificates');
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const longestMs = Math.min(authority.longestLifeMs, deps.config().credentials.maxLifeMs);
      const expiresIn = body.expiresIn ?? formatDuration(longestMs);
      const lifeMs = readLife(expiresIn, longestMs);
      if (lifeMs instanceof Problem) return lifeMs;

      const { principal } = caller;
      const now = await deps.store.now();
      const serial = randomBytes(8).readBigUInt64BE();
      const validAfter = Math.floor((now - backdatedMs) / 1_000);
      const validBefore = Math.floor((now + lifeMs) / 1_000);
      const { blob, line } = signUserCertificate(
        {
          key: written.key,
          serial,
          keyId: `sluice ${principal.id} ${serial}`,
          // A name of this gateway's alone: to another server that trusts its authority it says nothing.
          principals: [principal.id],
          validAfter,
          validBefore,
        },
        authority.key,
      );
      const issued = await issueOwn(deps, caller, {
        kind: 'ssh',
        scopes: [],
        name: body.name ?? `certificate ${serial}`,
        expiresIn,
        hash: hashKey(blob),
        shown: written.fingerprint,
      });
      if (issued === 'taken') throw new Error('a new certificate was somebody’s already');
      if (issued instanceof Problem) return issued;
      return {
        id: issued.id,
        certificate: line,
        fingerprint: written.fingerprint,
        authority: authority.fingerprint,
        serial: String(serial),
        validAfter: validAfter * 1_000,
        endsAt: Math.min(issued.endsAt, validBefore * 1_000),
      };
    },
  };
}
