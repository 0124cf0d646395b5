/** Who is at one SSH connection: queries answered, signatures verified, and only then a key counts. */
import type { KeyAnswer, KeyOffer, KeyProof } from '../edge/ssh-visitor.ts';
import { hashKey } from '../identity/key-hash.ts';
import type { UserCertificate } from './certificate.ts';
import type { CertificateAnswer, CertificateHolders } from './certificate-holder.ts';
import { type OfferedKey, readOfferedKey } from './offered-key.ts';
import { type Possession, provePossession, sessionIdOf } from './possession.ts';
import { fingerprint } from './public-key.ts';
import type { ProvenKey } from './sign-in-link.ts';
import { SshError } from './ssh-error.ts';

/** Who was let in: the holder of a key, which each channel looks up anew; or nobody that is known, who may only read why. */
export type SshIdentity =
  | {
      readonly kind: 'key';
      readonly hash: string;
      readonly fingerprint: string;
      /** The one command that a certificate is good for, whatever is asked. */
      readonly forceCommand?: string;
    }
  /** The fingerprint of a key they hold, when they proved one. */
  | { readonly kind: 'nobody'; readonly fingerprint: string | undefined };

export interface AuthenticationNeeds {
  /** Whether a certificate counts where this client is, and whose it is. */
  readonly certificates: {
    check(certificate: UserCertificate): Promise<CertificateAnswer>;
    admit: CertificateHolders['admit'];
  };
  /** @param why a certificate did not count */
  refused(why: string): void;
  /** Whether somebody with a proven key that is not known may sign in by a link; without it they are let in as nobody at once. */
  offersLink(): boolean;
  /** What they read beforehand, and all that those read whose client asks them nothing (`BatchMode`). */
  strangerText(fingerprint: string): string;
  /** Whether a live registered key has this hash; true also when nobody can say, for then each channel says so. */
  isKnown(hash: string): Promise<boolean>;
  /** False when too many signatures of this client's address have failed of late. */
  mayKnock(): Promise<boolean>;
  /** @param guess the same one again is no second guess */
  failed(guess: string): void;
}

export interface Authentication {
  key(offer: KeyOffer): Promise<KeyAnswer>;
  /** The key that was proven first, while nobody is known by it. */
  readonly stranger: ProvenKey | undefined;
  /** The stranger is somebody by now. */
  known(): void;
  readonly identity: SshIdentity;
}

type OfferedCertificate = Extract<OfferedKey, { kind: 'certificate' }>;

/** Signatures that do not fit; a client that means well has none. */
const failuresAtMost = 6;

/**
 * The first unknown key is proven and answered with partial success, so that OpenSSH goes on to its other keys and comes back to
 * it last, when none of them is known. Then it is refused: only a client without a key left asks its person (keyboard-interactive),
 * and one that may not ask (`BatchMode`) looks the same up to here and ends here, so it reads why first. A query costs one read
 * and is no failure, however many keys an agent has.
 */
export function openAuthentication(needs: AuthenticationNeeds): Authentication {
  let identity: SshIdentity = { kind: 'nobody', fingerprint: undefined };
  let stranger: ProvenKey | undefined;
  let isTold = false;
  let failures = 0;

  const failed = (proof: KeyProof): KeyAnswer => {
    failures += 1;
    needs.failed(proof.signature.toString('base64'));
    return failures >= failuresAtMost ? 'enough' : 'refused';
  };

  const comesBack = ({ fingerprint }: ProvenKey): KeyAnswer => {
    if (!needs.offersLink()) return 'accepted';
    if (isTold) return 'refused';
    isTold = true;
    return { saying: needs.strangerText(fingerprint) };
  };

  const query = async (hash: string): Promise<KeyAnswer> => {
    if (stranger === undefined || (await needs.isKnown(hash))) return 'accepted';
    return stranger.hash === hash ? comesBack(stranger) : 'refused';
  };

  const prove = async (
    offer: KeyOffer,
    proof: KeyProof,
    offered: OfferedKey,
    hash: string,
  ): Promise<KeyAnswer> => {
    if (!(await needs.mayKnock())) return 'enough';
    if (!possession(offer, proof, offered).verified) return failed(proof);
    if (await needs.isKnown(hash)) {
      identity = { kind: 'key', hash, fingerprint: fingerprint(offer.blob) };
      return 'accepted';
    }
    if (stranger === undefined) {
      stranger = { hash, fingerprint: fingerprint(offer.blob) };
      identity = { kind: 'nobody', fingerprint: stranger.fingerprint };
      return 'partly';
    }
    return stranger.hash === hash ? comesBack(stranger) : 'refused';
  };

  /** One never counts as the key inside it. */
  const certified = async (offer: KeyOffer, offered: OfferedCertificate): Promise<KeyAnswer> => {
    const verdict = await needs.certificates.check(offered.certificate);
    if (!verdict.accepted) {
      needs.refused(`ssh-certificate-${verdict.why}`);
      return 'refused';
    }
    if (offer.proof === undefined) return 'accepted';
    if (!(await needs.mayKnock())) return 'enough';
    if (!possession(offer, offer.proof, offered, verdict.verifyRequired).verified) return failed(offer.proof);
    const fault = await needs.certificates.admit(offered.certificate, verdict);
    if (fault !== undefined) {
      needs.refused(`ssh-certificate-${fault}`);
      return 'refused';
    }
    const { forceCommand } = verdict;
    identity = {
      kind: 'key',
      hash: hashKey(offer.blob),
      fingerprint: fingerprint(offered.key.blob),
      ...(forceCommand === undefined ? {} : { forceCommand }),
    };
    return 'accepted';
  };

  return {
    async key(offer) {
      const offered = readOfferedKey(offer.announced, offer.blob);
      if (offered.kind === 'certificate') return await certified(offer, offered);
      if (offered.kind !== 'key') return 'refused';
      const hash = hashKey(offer.blob);
      return offer.proof === undefined ? await query(hash) : await prove(offer, offer.proof, offered, hash);
    },
    get stranger() {
      return identity.kind === 'nobody' ? stranger : undefined;
    },
    known() {
      if (stranger !== undefined) identity = { kind: 'key', ...stranger };
    },
    get identity() {
      return identity;
    },
  };
}

function possession(
  { user, announced, blob }: KeyOffer,
  proof: KeyProof,
  offered: OfferedKey,
  userVerified = false,
): Possession {
  try {
    const sessionId = sessionIdOf(proof.signed);
    const request = { sessionId, user, announced, blob };
    return provePossession(offered, request, proof.signed, proof.signature, { userVerified });
  } catch (error) {
    if (error instanceof SshError) return { verified: false, why: 'signed-something-else' };
    throw error;
  }
}
