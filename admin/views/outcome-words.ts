/** How an operation came out, in the words of whoever's operation it was. */
import { oneLine } from '../../gateway/grants/one-line.ts';

/** What an entry `operation.ended` says of it. */
export interface Ending {
  readonly outcome: string;
  readonly reason: string | undefined;
  /** An operator's order to cut it, where there was one. */
  readonly order: { readonly by: string; readonly reason: string } | undefined;
}

/** Outcomes, which need no reason. */
const outcomes: Readonly<Record<string, string>> = {
  completed: 'completed',
  advertised: 'listed the refs and moved nothing',
  'client-left': 'the client left before the end',
  interrupted: 'its gateway node stopped before the end',
  cut: 'cut',
  refused: 'refused',
  'upstream-failed': 'the git host failed',
  failed: 'the gateway failed',
};

/** Reasons, after an outcome. */
const reasons: Readonly<Record<string, string>> = {
  'end-reached': 'the grant ended',
  'grant-ended': 'the grant ended',
  'no-grant': 'there was no live grant any more',
  'grant-unrecorded': 'the grant was not on record yet',
  'outside-scope': 'it was outside the grant',
  locked: 'a lock was put on it',
  cut: 'an operator cut it',
  'credential-ended': 'the credential it began with ended',
  'not-in-policy': 'the policy does not have it any more',
  'groups-stale': 'your groups were confirmed too long ago',
  'store-lost': 'the grant store could not be reached',
  'store-unreachable': 'the grant store could not be reached',
  'taken-over': 'the gateway node was silent for too long',
  idle: 'nothing moved for too long',
  'audit-failed': 'the audit log could not be written',
  'audit-unavailable': 'the audit log could not be written',
  stopping: 'the gateway was restarting',
  protocol: 'what the client sent is not what git sends',
  'content-encoding': 'what the client sent is encoded in a way that is not taken',
  'refused-by-host': 'the git host refused it',
  'upstream-no-report': 'the git host did not say what became of the push',
  'upstream-broke-off': 'the git host broke off',
  'upstream-unreachable': 'the git host could not be reached',
  'upstream-credential-refused': 'the git host did not accept the gateway’s own credential',
  'upstream-not-found': 'the git host has no such repository',
  'upstream-moved': 'the repository has moved on its host',
  'upstream-sent-away': 'the git host sends this repository elsewhere',
  'upstream-error-status': 'the git host answered with an error',
  'upstream-not-git': 'the git host did not answer as a git host does',
  'upstream-host-key': 'the git host showed an unexpected SSH key',
  'upstream-said-nothing': 'the git host did not open the repository',
  'upstream-ssh-only': 'the repository is served over SSH alone',
};

/** `completed`; `cut: the grant ended`; `cut by Ana Admin: "…"`. A word that has no text here stands as it is. */
export function outcomeWords({ outcome, reason, order }: Ending): string {
  if (outcome === 'cut' && order !== undefined && (reason === undefined || reason === 'cut'))
    return `cut by ${oneLine(order.by, 100)}: “${oneLine(order.reason, 300)}”`;
  const what = outcomes[outcome] ?? outcome;
  if (reason === undefined) return what;
  const why = reasons[reason] ?? reason;
  return outcome === 'upstream-failed' ? why : `${what}: ${why}`;
}
