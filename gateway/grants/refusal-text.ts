/** What a refused or cut person reads at the prompt, the same on both doors (DESIGN: texts). */
import type { Right } from '../store/records.ts';
import { askAddress } from './ask-address.ts';
import type { Denial, UpdateAsk } from './decide.ts';
import { oneLine } from './one-line.ts';
import { type SshPlace, sshCommand } from './ssh-command.ts';
import { timeText } from './time-text.ts';

/** Every cause a text exists for: those of `decide`, those of the policy, and those of an outage. */
export type Refused =
  | Denial
  /** Unknown and outside the policy alike: nobody learns which names exist. */
  | { readonly reason: 'not-in-policy' }
  | { readonly reason: 'groups-stale'; readonly groupsAt: number }
  | { readonly reason: 'store-unreachable' }
  | { readonly reason: 'audit-unavailable' };

/** What the texts are filled in with. */
export interface RefusalContext {
  /** `https://git.example.com`, without a slash at the end. */
  readonly publicUrl: string;
  /** Set when there is an SSH door people can ask at. */
  readonly ssh?: SshPlace;
  readonly repository: string;
  readonly right: Right;
  /** The store's time, epoch ms. */
  readonly now: number;
  /** The name people know a principal by; its id is shown when there is none. */
  nameOf(principalId: string): string | undefined;
  /** The caller's own request that waits for this very thing, when there is one. */
  readonly pending?: PendingText;
  /** What the line with a command suggests: `1h` unless the rule allows less. */
  readonly suggestedFor?: string;
}

/** A request that waits: for whom (`payments-leads`) and until when. */
export interface PendingText {
  readonly requestId: string;
  readonly waitsFor: string;
  readonly decideBy: number;
}

/** Refs named one by one before the rest is counted. */
const maxRefLines = 50;

/** The lines to show, without line ends; the first says what, the others what next. Nothing in them can move a terminal's cursor. */
export function refusalText(refused: Refused, context: RefusalContext): readonly string[] {
  switch (refused.reason) {
    case 'not-in-policy':
      return ['sluice: no repository here by that name that you may ask for'];
    case 'groups-stale':
      return [
        `sluice: your groups were last confirmed at ${timeText(refused.groupsAt, context.now)}, which is too long ago`,
        `sign in again: ${context.publicUrl}/login`,
      ];
    case 'store-unreachable':
      return ['sluice: the grant store cannot be reached; nothing was changed; try again in a minute'];
    case 'audit-unavailable':
      return ['sluice: the audit log cannot be written; nothing was changed; try again in a minute'];
    case 'no-grant':
      return [`sluice: no live grant to ${toRight(context)}`, ...whatNext('ask', context)];
    case 'grant-unrecorded':
      return [`sluice: grant ${refused.grantId} is approved and being recorded; try again in a moment`];
    case 'grant-ended':
      return [
        `sluice: grant ${refused.grantId} ${endedText(refused.end, context)}`,
        ...whatNext('ask again', context),
      ];
    case 'locked':
      return lockedText(refused, context);
    case 'outside-scope':
      return [...outsideText(refused), ...whatNext('ask', context)];
  }
}

/** A phrase for one ref's line of a push report, all that some tools show: `no live grant`, `outside G-…`. */
export function refusalPhrase(refused: Refused): string {
  switch (refused.reason) {
    case 'not-in-policy':
      return 'no repository by that name';
    case 'groups-stale':
      return 'sign in again';
    case 'store-unreachable':
      return 'grant store cannot be reached';
    case 'audit-unavailable':
      return 'audit log cannot be written';
    case 'no-grant':
      return 'no live grant';
    case 'grant-unrecorded':
      return 'grant is being recorded';
    case 'grant-ended':
      return refused.end.kind === 'revoked'
        ? `grant ${refused.grantId} was revoked`
        : `grant ${refused.grantId} ended`;
    case 'locked':
      return 'locked';
    case 'outside-scope':
      return `outside ${refused.grants.map(({ grantId }) => grantId).join(', ')}`;
  }
}

function toRight({ right, repository }: RefusalContext): string {
  return right === 'push' ? `push to ${oneLine(repository, 500)}` : `fetch ${oneLine(repository, 500)}`;
}

function whatNext(verb: 'ask' | 'ask again', context: RefusalContext): readonly string[] {
  const { pending, publicUrl, repository, right, ssh, now } = context;
  if (pending !== undefined) {
    const until = timeText(pending.decideBy, now);
    return [`sluice: ${pending.requestId} waits for ${oneLine(pending.waitsFor, 200)} until ${until}`];
  }
  const lines = [`${verb}: ${askAddress(publicUrl, repository, right)}`];
  // A name that a shell would read otherwise stands in no line that people paste.
  if (ssh !== undefined && /^[\w./@+-]+$/.test(repository)) {
    const words = `request ${repository} ${right} --for ${context.suggestedFor ?? '1h'} --reason "…"`;
    lines.push(`or: ${sshCommand(ssh, words)}`);
  }
  return lines;
}

function endedText(end: Extract<Denial, { reason: 'grant-ended' }>['end'], context: RefusalContext): string {
  const at = timeText(end.at, context.now);
  if (end.kind === 'expired') return `ended at ${at}`;
  const by = oneLine(context.nameOf(end.by) ?? end.by, 100);
  return `was revoked by ${by} at ${at}: "${oneLine(end.reason, 300)}"`;
}

function lockedText(
  { lock, grantId }: Extract<Denial, { reason: 'locked' }>,
  context: RefusalContext,
): readonly string[] {
  const what = grantId === undefined ? oneLine(context.repository, 500) : `grant ${grantId}`;
  const lines = [`sluice: ${what} is locked: "${oneLine(lock.reason, 300)}"`];
  if (lock.until !== undefined) lines.push(`sluice: the lock ends at ${timeText(lock.until, context.now)}`);
  if (lock.untilSignIn === true) return [...lines, `sign in again: ${context.publicUrl}/login`];
  return [...lines, ...whatNext('ask again', context)];
}

function outsideText({ outside, grants }: Extract<Denial, { reason: 'outside-scope' }>): readonly string[] {
  const lines = outside.slice(0, maxRefLines).map((update) => {
    const covered = grants.map(({ grantId, scope }) => {
      const narrowKinds = scope.refs.length > 0 && !scope.kinds.includes(update.kind);
      return `${grantId}, which covers ${narrowKinds ? `${inWords(scope.kinds)} of ` : ''}${inWords(scope.refs)}`;
    });
    return `sluice: ${subject(update, grants)} is outside ${covered.map((text) => oneLine(text, 500)).join('; and outside ')}`;
  });
  const rest = outside.length - lines.length;
  return rest > 0 ? [...lines, `sluice: and ${rest} more refs are outside`] : lines;
}

function subject(
  { ref, kind }: UpdateAsk,
  grants: Extract<Denial, { reason: 'outside-scope' }>['grants'],
): string {
  const name = oneLine(ref, 300);
  return grants.some(({ scope }) => !scope.kinds.includes(kind)) ? `to ${kind} ${name}` : name;
}

function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
