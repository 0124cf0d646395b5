/** SSH certificates: signed for who is signed in, each a credential of its own that ends as keys do. */
import { randomBytes } from 'node:crypto';
import { formatDuration } from '../../config/quantities.ts';
import type { Config } from '../../config/schema.ts';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { signUserCertificate } from '../../gateway/ssh/certificate-signing.ts';
import type { WrittenKey } from '../../gateway/ssh/public-key-line.ts';
import type { OwnAuthority } from '../../gateway/ssh/user-authorities.ts';
import type { Credential } from '../../gateway/store/records.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import type { CertificateView } from '../schemas/ssh-certificates.ts';
import type { Handlers } from './handling.ts';
import { type IssuingDeps, issueOwn, readLife } from './issuing.ts';
import { readKey } from './keys.ts';

/** Clocks of clients and of hosts that a certificate is shown to may be behind. */
const backdatedMs = 60_000;

export const noAuthority = new Problem(404, 'no-ssh-authority', 'this gateway signs no SSH certificates');

/** The handlers about certificates. */
export function certificateHandlers(
  deps: IssuingDeps & Pick<AdminDeps, 'sshAuthority'>,
): Pick<Handlers, 'signCertificate'> {
  return {
    async signCertificate(caller, { body }) {
      const authority = deps.sshAuthority();
      if (authority === undefined) return noAuthority;
      const written = readKey(body.publicKey);
      if (written instanceof Problem) return written;
      const longestMs = longestCertificateMs(authority, deps.config());
      const expiresIn = body.expiresIn ?? formatDuration(longestMs);
      const lifeMs = readLife(expiresIn, longestMs);
      if (lifeMs instanceof Problem) return lifeMs;

      const signed = signFor(caller.principal.id, written, lifeMs, await deps.store.now(), authority);
      const issued = await issueOwn(deps, caller, {
        kind: 'ssh',
        scopes: [],
        name: body.name ?? signed.name,
        expiresIn,
        hash: signed.hash,
        shown: written.fingerprint,
      });
      if (issued === 'taken') throw new Error('a new certificate was somebody’s already');
      return issued instanceof Problem ? issued : signed.view(issued);
    },
  };
}

/** A certificate before it is anybody's credential; `view` shows it once it is. */
export interface SignedForPerson {
  readonly hash: string;
  readonly name: string;
  view(issued: Pick<Credential, 'id' | 'endsAt'>): CertificateView;
}

/** The longest that a certificate of this authority may last, ms. */
export function longestCertificateMs(authority: OwnAuthority, { credentials }: Config): number {
  return Math.min(authority.longestLifeMs, credentials.maxLifeMs);
}

/** Signs a certificate over that key for a person, good from a minute ago. */
export function signFor(
  principalId: string,
  { key, fingerprint }: WrittenKey,
  lifeMs: number,
  now: number,
  authority: OwnAuthority,
): SignedForPerson {
  const serial = randomBytes(8).readBigUInt64BE();
  const validAfter = Math.floor((now - backdatedMs) / 1_000);
  const validBefore = Math.floor((now + lifeMs) / 1_000);
  const { blob, line } = signUserCertificate(
    {
      key,
      serial,
      keyId: `sluice ${principalId} ${serial}`,
      // A name of this gateway's alone: to another server that trusts its authority it says nothing.
      principals: [principalId],
      validAfter,
      validBefore,
    },
    authority.key,
  );
  return {
    hash: hashKey(blob),
    name: `certificate ${serial}`,
    view: ({ id, endsAt }) => ({
      id,
      certificate: line,
      fingerprint,
      authority: authority.fingerprint,
      serial: String(serial),
      validAfter: validAfter * 1_000,
      endsAt: Math.min(endsAt, validBefore * 1_000),
    }),
  };
}
