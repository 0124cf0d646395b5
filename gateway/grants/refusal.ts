/** A verb's "no", as a value: a code for programs and a sentence for people. */
import type { ElevationRequest, StandingGrant } from '../store/records.ts';

export type RefusalCode =
  /** What was sent does not hold together; the text says what was expected. */
  | 'bad-scopes'
  | 'bad-duration'
  | 'bad-reason'
  | 'bad-comment'
  | 'bad-lock'
  /** An approver, or a requester against the rule, went beyond what they may give or ask. */
  | 'too-wide'
  /** Unknown and outside the policy alike. */
  | 'not-in-policy'
  /** Signing in again may help. */
  | 'groups-stale'
  /** The act needs a younger sign-in. */
  | 'sign-in-needed'
  /** A critical request, answered where the configuration does not let it be. */
  | 'page-only'
  /** No request or grant by that id that the caller may see. */
  | 'unknown'
  | 'own-request'
  | 'not-an-approver'
  | 'not-yours'
  /** Only a role gives it, and the caller does not hold that role. */
  | 'role-missing'
  /** The approver's part is done already, by themselves or by others; the request waits for somebody else. */
  | 'not-needed'
  /** Somebody was faster; `request` is how it stands. */
  | 'already-decided'
  /** The time to decide is over. */
  | 'too-late'
  | 'grant-ended'
  | 'too-many'
  /** The rule does not approve by itself, or must not after a revocation. */
  | 'not-automatic'
  /** Others kept changing it; the same call may be made again. */
  | 'busy';

/** What was refused and why; nothing was changed. */
export interface Refusal {
  readonly refused: RefusalCode;
  /** Lower case, one line, without an end mark: what, and where it helps what next. */
  readonly text: string;
  readonly request?: ElevationRequest;
  readonly grant?: StandingGrant;
}

/** Makes a refusal. */
export function refuse(
  refused: RefusalCode,
  text: string,
  about: Pick<Refusal, 'request' | 'grant'> = {},
): Refusal {
  return { refused, text, ...about };
}

/** Tells a refusal from a verb's answer. */
export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

/** The words for unknown and outside the policy alike: nobody learns which names exist. */
export const notInPolicy: Refusal = {
  refused: 'not-in-policy',
  text: 'no repository here by that name that you may ask for',
};

/** The words for groups that are too old to count. */
export const groupsStale: Refusal = {
  refused: 'groups-stale',
  text: 'your groups were last confirmed too long ago; sign in again',
};
