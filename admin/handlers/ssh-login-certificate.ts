/** The last step of a sign-in from a command line: once, and only while its person is there and not locked, it signs. */
import {
  type CredentialOwner,
  isStillHere,
  issueCredential,
} from '../../gateway/identity/issue-credential.ts';
import { keyLinkMs } from '../../gateway/identity/key-link.ts';
import type { WrittenKey } from '../../gateway/ssh/public-key-line.ts';
import type { OwnAuthority } from '../../gateway/ssh/user-authorities.ts';
import type { KeyLink, KeyLinkStage } from '../../gateway/store/records.ts';
import type { Store } from '../../gateway/store/store.ts';
import { ignoreAway } from '../../gateway/store/store-error.ts';
import type { AdminDeps } from '../admin-deps.ts';
import { Problem } from '../problem.ts';
import { personOf } from '../views/people.ts';
import type { Answer } from './handling.ts';
import { credentialIssuing, type IssuingDeps, signedOut, tooManyCredentials } from './issuing.ts';
import { signFor } from './ssh-certificates.ts';

/** A link with the right code. */
export interface LoginAtEnd {
  readonly link: KeyLink;
  readonly claim: Extract<KeyLinkStage, { kind: 'claimed' }>;
  readonly written: WrittenKey;
  readonly authority: OwnAuthority;
}

/** Signs for who took the link. Of many callers with the code one gets the certificate; what breaks on our side gives the link back. */
export async function certificateForLogin(
  deps: IssuingDeps & Pick<AdminDeps, 'ssh' | 'record'>,
  { link, claim, written, authority }: LoginAtEnd,
): Promise<Answer<'finishSshLogin'> | Problem> {
  const { store } = deps;
  const { principalId, madeIn, signInEndsAt } = claim;
  const lifeMs = link.certificate?.lifeMs ?? 0;
  const refuse = async (reason: string, problem: Problem): Promise<Problem> => {
    const { fingerprint: shown, address: terminal } = link;
    await deps.record({ type: 'sign-in.link-refused', body: { principalId, shown, terminal, reason } });
    return problem;
  };

  const once = `sign-in link ${link.hash} is done`;
  if (!(await store.firstTime(once, keyLinkMs))) return linkUsed;
  try {
    const owner: CredentialOwner = { principalId, madeIn, signInEndsAt };
    if (!(await isStillHere(store, owner))) return await refuse('signed-out', signedOut);
    if (await isLocked(store, principalId)) return await refuse('locked', locked);
    const [now, principal] = await Promise.all([store.now(), store.principal(principalId)]);
    if (principal === undefined) return await refuse('signed-out', signedOut);
    const signed = signFor(principalId, written, lifeMs, now, authority);
    const issued = await issueCredential(credentialIssuing(deps), owner, {
      kind: 'ssh',
      scopes: [],
      name: `sluice login at ${link.address}`,
      hash: signed.hash,
      shown: written.fingerprint,
      lifeMs,
      origin: 'sign-in-link',
    });
    if (issued === 'taken') throw new Error('a new certificate was somebody’s already');
    if (issued === 'too-many') return await refuse('too-many-credentials', tooManyCredentials);
    if (issued === 'signed-out') return await refuse('signed-out', signedOut);
    const bound = { kind: 'bound', principalId, endsAt: issued.endsAt } as const;
    // It only tells the browser that the terminal is done.
    await store.moveKeyLink({ ...link, stage: bound }, 'claimed', []).catch(ignoreAway);
    const ssh = deps.ssh();
    return {
      now,
      principal: personOf(principal),
      certificate: signed.view(issued),
      ...(ssh === undefined ? {} : { ssh: { host: ssh.host, port: ssh.port } }),
    };
  } catch (error) {
    await store.unsay(once).catch(ignoreAway);
    throw error;
  }
}

/** A lock on all that this person may do; one on a repository leaves them others. */
async function isLocked(store: Pick<Store, 'locks'>, principalId: string): Promise<boolean> {
  return (await store.locks()).some(
    ({ on, right }) => on.kind === 'principal' && on.principalId === principalId && right === undefined,
  );
}

/** For whoever comes behind the one that got the certificate. */
export const linkUsed = new Problem(
  409,
  'link-used',
  'the sign-in link was used; run the command again for another',
);
const locked = new Problem(403, 'locked', 'you are locked at this gateway; ask whoever runs it');
