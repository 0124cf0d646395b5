/** The sign-in link at a terminal: shown when no key of a client is known, and the key it proved becomes that person's whose code is typed there. */
import { AuditError } from '../audit/audit-error.ts';
import type { Interview } from '../edge/ssh-visitor.ts';
import { timeText } from '../grants/time-text.ts';
import { type CredentialIssuing, isStillHere, issueCredential } from '../identity/issue-credential.ts';
import { isKeyLinkCode, keyLinkMs, keyLinkPath, makeKeyLinkToken } from '../identity/key-link.ts';
import type { Credential, KeyLink } from '../store/records.ts';
import { ignoreAway, StoreError } from '../store/store-error.ts';
import type { PendingLinks } from './pending-links.ts';

/** A key whose holder proved it on this connection, and who is nobody that is known. */
export interface ProvenKey {
  readonly hash: string;
  readonly fingerprint: string;
}

export interface SignInLinkNeeds extends CredentialIssuing {
  readonly pending: PendingLinks;
  publicUrl(): string;
  /** How long a bound key is good; undefined: no link is offered. */
  keyLifeMs(): number | undefined;
  /** Puts on record what changed nothing; rejects when the audit cannot be written. */
  refused(about: {
    readonly principalId: string;
    readonly shown: string;
    readonly terminal: string;
    readonly reason: 'wrong-code' | 'key-taken' | 'signed-out' | 'too-many-credentials';
  }): Promise<void>;
  /** A code without anybody whom it would concern. */
  guessed(): void;
}

/** `lines`: what somebody reads on a channel who goes on as nobody, where something went wrong. */
export type LinkOutcome =
  | { readonly kind: 'bound' }
  | { readonly kind: 'unanswered'; readonly lines: readonly string[] }
  /** The client left, began something else, or answered as none does that has a person in front of it. */
  | { readonly kind: 'left' };

/** What one typed line came to: an outcome, or the next question. */
type Verdict =
  | LinkOutcome
  | { readonly kind: 'again'; readonly wasGuess: boolean; readonly question: string };

/** Codes that are not it; one of a million is, so that is one chance in 200,000. */
const triesAtMost = 5;
/** Without a terminal every question is answered by an empty line, at once; a person's slip is asked again. */
const emptiesAtMost = 3;
/** Lines in all, those the store was away for included. */
const linesAtMost = 20;
/** Beyond the link's own end, so that who types too late reads it. */
const graceMs = 60_000;

/** Shows a link and asks for its code until something comes of it. Never throws for a store that is away. */
export async function offerSignInLink(
  needs: SignInLinkNeeds,
  key: ProvenKey,
  address: string,
  interview: Interview,
): Promise<LinkOutcome> {
  const release = needs.pending.admit(address);
  if (release === undefined)
    return unanswered('sluice: too many sign-in links are open; try again in a few minutes');
  const { token, hash } = makeKeyLinkToken();
  try {
    const createdAt = await needs.store.now();
    const link: KeyLink = {
      hash,
      keyHash: key.hash,
      fingerprint: key.fingerprint,
      address,
      createdAt,
      endsAt: createdAt + keyLinkMs,
      stage: { kind: 'open' },
    };
    await needs.store.offerKeyLink(link);
  } catch (error) {
    release();
    if (error instanceof StoreError) return unanswered(storeAway);
    throw error;
  }
  interview.allow(keyLinkMs + graceMs);
  let outcome: LinkOutcome = { kind: 'left' };
  try {
    outcome = await converse(needs, { key, address, token, hash }, interview);
    return outcome;
  } finally {
    release();
    // Whoever has it open in a browser is told that it has ended; a bound one stays, to say that it is done.
    if (outcome.kind !== 'bound') await needs.store.dropKeyLink(hash).catch(ignoreAway);
  }
}

interface Shown {
  readonly key: ProvenKey;
  readonly address: string;
  readonly token: string;
  readonly hash: string;
}

async function converse(needs: SignInLinkNeeds, shown: Shown, interview: Interview): Promise<LinkOutcome> {
  // All of it in the prompt: that goes to a terminal or nowhere, so nobody sees a link who could not answer.
  const link = `${needs.publicUrl()}${keyLinkPath}${shown.token}`;
  let question = `sign in: ${link}\nthen type the six digits that it shows: `;
  let guesses = 0;
  let empties = 0;
  for (let lines = 0; lines < linesAtMost; lines += 1) {
    const typed = await interview.ask(question);
    if (typed === undefined) return { kind: 'left' };
    if (typed.trim() === '') {
      empties += 1;
      if (empties === emptiesAtMost) return unanswered();
      question = 'the six digits that the link shows: ';
      continue;
    }
    const left = triesAtMost - guesses - 1;
    const verdict = await judge(needs, shown, typed, left, interview);
    if (verdict.kind !== 'again') return verdict;
    if (verdict.wasGuess) guesses += 1;
    if (guesses === triesAtMost)
      return unanswered(
        `sluice: none of ${triesAtMost} codes was the one that the link shows; nothing was changed`,
      );
    question = verdict.question;
  }
  return unanswered();
}

/** @param left how many wrong codes are left after this one */
async function judge(
  needs: SignInLinkNeeds,
  shown: Shown,
  typed: string,
  left: number,
  interview: Interview,
): Promise<Verdict> {
  const tries = left === 1 ? 'one try is left' : `${left} tries are left`;
  try {
    const link = await needs.store.keyLink(shown.hash);
    if (link === undefined)
      return unanswered('sluice: the sign-in link has ended; run the command again for another');
    if (link.stage.kind !== 'claimed') {
      needs.guessed();
      return again(`nobody has signed in at the link yet, and ${tries}\nthe six digits that it shows: `);
    }
    const { principalId, codeDigest } = link.stage;
    if (!isKeyLinkCode(shown.token, typed, codeDigest)) {
      await needs.refused({ principalId, ...namesOf(shown), reason: 'wrong-code' });
      return again(`that is not the code, and ${tries}\nthe six digits that the link shows: `);
    }
    return await bind(needs, shown, link, link.stage, interview);
  } catch (error) {
    if (error instanceof AuditError) return unanswered(auditAway);
    if (!(error instanceof StoreError)) throw error;
    return { kind: 'again', wasGuess: false, question: `${storeAway}\nthe six digits that the link shows: ` };
  }
}

/** The code was typed at the terminal that holds the key: it becomes theirs who signed in. */
async function bind(
  needs: SignInLinkNeeds,
  shown: Shown,
  link: KeyLink,
  claim: Extract<KeyLink['stage'], { kind: 'claimed' }>,
  interview: Interview,
): Promise<LinkOutcome> {
  const { store } = needs;
  const { principalId, madeIn, signInEndsAt } = claim;
  const owner = { principalId, madeIn, signInEndsAt };
  const { key, address } = shown;
  const refuse = async (
    reason: Parameters<SignInLinkNeeds['refused']>[0]['reason'],
    text: string,
  ): Promise<LinkOutcome> => {
    await needs.refused({ principalId, ...namesOf(shown), reason });
    return unanswered(`sluice: ${text}`);
  };
  const lifeMs = needs.keyLifeMs();
  if (lifeMs === undefined) return unanswered();
  if (!(await isStillHere(store, owner))) return await refuse('signed-out', signedOut);
  const issued = await issueCredential(needs, owner, {
    kind: 'ssh',
    scopes: [],
    name: `terminal at ${address}`,
    hash: key.hash,
    shown: key.fingerprint,
    lifeMs,
    origin: 'sign-in-link',
  });
  if (issued === 'too-many')
    return await refuse('too-many-credentials', 'you have too many live credentials; end some first');
  if (issued === 'signed-out') return await refuse('signed-out', signedOut);
  // Taken by themselves: an answer of the store that got lost, or a key they have registered meanwhile.
  const held = issued === 'taken' ? (await store.credential(key.hash))?.credential : issued;
  if (held === undefined || held.principalId !== principalId)
    return await refuse('key-taken', 'that key is somebody else’s by now; a key belongs to one person');
  const bound = { ...link, stage: { kind: 'bound', principalId, endsAt: held.endsAt } } as const;
  await store.moveKeyLink(bound, 'claimed', []).catch(ignoreAway);
  await interview.tell(await toldLine(needs, held));
  return { kind: 'bound' };
}

async function toldLine({ store }: SignInLinkNeeds, { principalId, endsAt }: Credential): Promise<string> {
  // It is bound whether or not there is a name to say it with.
  const person = await store.principal(principalId).catch(ignoreAway);
  const name = person?.name ?? person?.email ?? principalId;
  return `sluice: you are ${name}, and this key is yours until ${timeText(endsAt, Date.now())}`;
}

const storeAway = 'sluice: the grant store cannot be reached; nothing was changed; try again in a minute';
const auditAway = 'sluice: the audit log cannot be written; try again in a minute';
const signedOut = 'your sign-in has ended; run the command again and sign in once more';

function namesOf({ key, address }: Shown): { shown: string; terminal: string } {
  return { shown: key.fingerprint, terminal: address };
}

function again(question: string): Verdict {
  return { kind: 'again', wasGuess: true, question };
}

function unanswered(...lines: readonly string[]): LinkOutcome {
  return { kind: 'unanswered', lines };
}
