/** From a certificate to a person: whether it counts here, and whose credential it is. */
import { type CredentialIssuing, issueCredential } from '../identity/issue-credential.ts';
import { hashKey } from '../identity/key-hash.ts';
import { StoreError } from '../store/store-error.ts';
import type { UserCertificate } from './certificate.ts';
import { type CertificateFault, type CertificateVerdict, checkCertificate } from './certificate-check.ts';
import { fingerprint } from './public-key.ts';
import { SshError } from './ssh-error.ts';
import type { UserAuthorities } from './user-authorities.ts';

export interface CertificateNeeds extends CredentialIssuing {
  authorities(): UserAuthorities;
  /** Whose subjects an organisation's certificates name. */
  issuer(): string;
  /** No credential lasts longer. */
  longestLifeMs(): number;
  onTrouble(error: unknown): void;
}

export type Accepted = Extract<CertificateVerdict, { accepted: true }>;

export type CertificateAnswer =
  | Accepted
  | { readonly accepted: false; readonly why: CertificateFault | HolderFault };

export type HolderFault =
  /** Nobody who has signed in here has one of its names as subject. */
  | 'nobody'
  /** Several have: it says not who of them is there. */
  | 'ambiguous'
  /** It names more than anybody could look up. */
  | 'too-many-principals'
  /** Longer than any credential may: nobody could take it back for so long. */
  | 'lasts-too-long'
  /** Its person has as many live credentials as anybody may. */
  | 'too-many-credentials'
  /** It was ended here, by a lock-out too, or never was this gateway's. */
  | 'ended';

export interface CertificateHolders {
  /** What the certificate itself and its authority say; cheap enough for a query. */
  check(certificate: UserCertificate, address: string): Promise<CertificateAnswer>;
  /** Whose it is, once its holder has signed with the key in it; then its credential is in the store. */
  admit(certificate: UserCertificate, verdict: Accepted): Promise<HolderFault | undefined>;
}

/** Names looked up for one certificate. */
const mostNames = 16;

/**
 * Every certificate is a credential of the store, found by its own hash and never by its key's: so it ends like any other, by
 * its owner, by a lock-out or with its time. The gateway's own are there since they were signed; one of an organisation's
 * authority is put there when it first comes, for the person who has signed in here under the subject it names.
 */
export function certificateHolders(needs: CertificateNeeds): CertificateHolders {
  const { store } = needs;
  return {
    async check(certificate, address) {
      const authority = needs.authorities().of(certificate.authority.blob);
      let isRevoked = false;
      try {
        isRevoked = (await authority?.isRevoked(certificate)) ?? false;
      } catch (error) {
        if (!(error instanceof SshError)) throw error;
        needs.onTrouble(error);
        isRevoked = true;
      }
      return checkCertificate(certificate, {
        now: Date.now(),
        address,
        isAuthority: () => authority !== undefined,
        isRevoked: () => isRevoked,
        isPrincipal: () => true,
      });
    },

    async admit(certificate, verdict) {
      const authority = needs.authorities().of(certificate.authority.blob);
      try {
        const found = await store.credential(hashKey(certificate.blob));
        if (found !== undefined) {
          const isOwners = authority?.kind === 'foreign' || verdict.principals.includes(found.principal.id);
          return isOwners && found.credential.kind === 'ssh' ? undefined : 'ended';
        }
        return authority?.kind === 'foreign' ? await bind(needs, certificate, verdict) : 'ended';
      } catch (error) {
        // Each channel says that the store is away, where there are words for it.
        if (error instanceof StoreError) return undefined;
        throw error;
      }
    },
  };
}

async function bind(
  needs: CertificateNeeds,
  certificate: UserCertificate,
  verdict: Accepted,
): Promise<HolderFault | undefined> {
  const { store } = needs;
  if (verdict.principals.length > mostNames) return 'too-many-principals';
  const known = await Promise.all(verdict.principals.map((name) => store.known(needs.issuer(), name)));
  const [principalId, ...others] = new Set(known.flatMap((principal) => principal?.id ?? []));
  if (principalId === undefined) return 'nobody';
  if (others.length > 0) return 'ambiguous';

  const now = await store.now();
  const hash = hashKey(certificate.blob);
  const { endsAt = Number.POSITIVE_INFINITY } = verdict;
  if (endsAt > now + needs.longestLifeMs()) return 'lasts-too-long';
  const [standing] = await store.standings([
    { principalId, repository: '', credential: { hash, endsAt: Number.MAX_SAFE_INTEGER } },
  ]);
  const ended = standing?.credentialEnded;
  if (ended !== undefined && ended.why !== 'gone') return 'ended';
  const { serial, keyId, key, authority } = certificate;
  const owner = { principalId, madeIn: undefined, signInEndsAt: undefined };
  const issued = await issueCredential(needs, owner, {
    kind: 'ssh',
    scopes: [],
    name: `certificate ${serial}`,
    shown: fingerprint(key.blob),
    hash,
    lifeMs: needs.longestLifeMs(),
    notAfter: endsAt,
    certificate: { authority: fingerprint(authority.blob), serial: String(serial), keyId },
  });
  if (issued === 'too-many') return 'too-many-credentials';
  // Taken: another connection of the same person was first.
  return issued === 'signed-out' ? 'ended' : undefined;
}
