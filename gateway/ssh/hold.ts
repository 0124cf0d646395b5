/** A refused fetch or push whose person waits: it is asked for, the wait is told, and the same command goes on or says why not. */
import type { Caller } from '../../admin/caller.ts';
import type { DirectCalls } from '../../admin/direct-calls.ts';
import { Problem } from '../../admin/problem.ts';
import type { RequestView } from '../../admin/schemas/requests.ts';
import type { Turned } from '../admission.ts';
import { notBegun } from '../begun-text.ts';
import type { Call, Conductor } from '../conductor.ts';
import { askAddress } from '../grants/ask-address.ts';
import { durationWords } from '../grants/duration-words.ts';
import { createInFlight } from '../grants/in-flight.ts';
import { allWithin } from '../grants/pattern.ts';
import { onceRecorded, type RecordingNeeds } from '../once-recorded.ts';
import type { WaitFor } from '../recorder.ts';
import type { Right, Scope, StandingGrant } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { Texts } from '../texts.ts';
import { textOf } from './answer.ts';
import { requestLines, stateText } from './commands/request-lines.ts';
import { leavingLine, tooManyLine } from './commands/wait.ts';
import type { GitExec } from './exec-channel.ts';
import { keyCaller } from './key-caller.ts';
import type { RequestWaits } from './request-waits.ts';

export interface HoldNeeds {
  readonly call: DirectCalls;
  readonly waits: RequestWaits;
  readonly store: Pick<Store, 'now' | 'grant'>;
  readonly recording: RecordingNeeds;
  readonly texts: Texts;
  readonly conductor: Pick<Conductor, 'gaveUp'>;
  publicUrl(): string;
  /** `1h`, or less where the rule allows less. */
  suggestedFor(repository: string, right: Right): string;
  /** All that the rule gives who asks for it without saying what; undefined where there is none. */
  widest(repository: string, right: Right): Pick<Scope, 'refs' | 'kinds'> | undefined;
  maxWaitMs(): number;
}

/** `go-on`: approved, so it may be begun once more. `over`: why not; nothing is said to who has left. */
export type Held =
  | { readonly kind: 'go-on'; readonly requestId: string }
  | { readonly kind: 'over'; readonly lines: readonly string[] };

/** Undefined where asking would change nothing: what was refused stays refused. */
export type Hold = (exec: GitExec, call: Call, turned: Turned) => Promise<Held | undefined>;

/** What a grant would mend. */
const mended: ReadonlySet<string> = new Set(['no-grant', 'grant-ended', 'outside-scope']);

/** Refusals alike of one person make one request, at the same moment on this node, and in the store over all of them. */
export function createHold(needs: HoldNeeds): Hold {
  const asking = createInFlight<RequestView | Problem>();

  return async (exec, call, turned) => {
    const { repository, right } = call;
    const { refused, who } = turned;
    if (exec.waits === undefined || who === undefined || repository === undefined) return undefined;
    if (!mended.has(refused.reason)) return undefined;
    const { reason } = exec.waits;
    const caller = keyCaller(who);
    const tell = (lines: readonly string[]): void => void exec.channel.stderr.write(textOf(lines));
    const over = (waited: WaitFor, lines: readonly string[]): Held => {
      needs.conductor.gaveUp(call, turned, waited);
      return { kind: 'over', lines };
    };

    const { lines: why } = await notBegun(needs.texts, call, turned);
    const key = JSON.stringify([who.principal.id, repository, right]);
    const asked = await asking(key, () => askedFor(needs, caller, repository, right, reason));
    if (asked instanceof Problem) return over({ ended: 'not-asked' }, [...why, ...notAskedLines(asked)]);
    const { id } = asked;
    const now = await needs.store.now();
    tell([...why.slice(0, 1), ...requestLines(asked, now)]);
    if (asked.state === 'approved') return { kind: 'go-on', requestId: id };

    tell([leavingLine]);
    const mostMs = needs.maxWaitMs();
    const end = await needs.waits.wait(
      { id, principalId: who.principal.id },
      { closed: exec.closed, mostMs },
    );
    switch (end.kind) {
      case 'decided':
        break;
      case 'left':
        return over({ requestId: id, ended: 'client-left' }, []);
      case 'stopping':
        return over({ requestId: id, ended: 'stopping' }, needs.texts.draining.lines);
      case 'gone':
        return over({ requestId: id, ended: 'gone' }, [`sluice: ${id} is not known any more`, ...why]);
      case 'too-many':
        return over({ requestId: id, ended: 'too-many' }, [
          tooManyLine(id),
          `run this again once it is answered: ${asked.link}`,
        ]);
      case 'timed-out':
        return over({ requestId: id, ended: 'timed-out' }, [
          `sluice: nobody answered ${id} within ${durationWords(mostMs)}; it still waits`,
          `run this again once it is answered: ${asked.link}`,
        ]);
    }
    const view = await needs.call('readRequest', caller, { params: { id } });
    const isKnown = !(view instanceof Problem);
    const after = await needs.store.now().catch(() => now);
    const { state } = end.request;
    const { kind } = state;
    if (kind === 'approved') {
      await counting(needs, state.grantIds);
      tell(isKnown ? [`${id}: ${stateText(view, after)}`] : []);
      return { kind: 'go-on', requestId: id };
    }
    if (kind === 'pending') throw new Error('a request was decided that waits still');
    const comment = isKnown && view.comment !== undefined ? `: "${view.comment}"` : '';
    return over({ requestId: id, ended: kind }, [
      `sluice: ${id}: ${isKnown ? stateText(view, after) : kind}${comment}`,
      `ask again: ${askAddress(needs.publicUrl(), repository, right)}`,
    ]);
  };
}

/**
 * The person's own request for this that waits already, else a new one. What a push will update is not said before its list, so
 * one that was made narrower than the rule gives is not waited for: its approval could leave the same push refused.
 */
async function askedFor(
  { call, suggestedFor, widest }: HoldNeeds,
  caller: Caller,
  repository: string,
  right: Right,
  reason: string,
): Promise<RequestView | Problem> {
  const waiting = await call('listRequests', caller, { query: { mine: true, state: 'pending' } });
  if (waiting instanceof Problem) return waiting;
  const needed = widest(repository, right) ?? { refs: [], kinds: [] };
  const same = waiting.requests.find(
    ({ extends: grantId, scopes }) =>
      grantId === undefined &&
      scopes.some(
        (scope) =>
          scope.repository === repository &&
          (right === 'fetch' || (scope.right === 'push' && isAsWide(scope, needed))),
      ),
  );
  const scopes = [{ repository, right }];
  const body = { scopes, duration: suggestedFor(repository, right), reason };
  return same ?? (await call('createRequest', caller, { body }));
}

/**
 * Waits until the grants count, however soon the approval was heard of: a push that another grant lets begin would be decided
 * without them. A store that is away is told of where the call is begun anew.
 */
async function counting(
  { store, recording }: Pick<HoldNeeds, 'store' | 'recording'>,
  grantIds: readonly string[],
): Promise<void> {
  const isUnrecorded = (held: StandingGrant | undefined): boolean => held?.state.kind === 'unrecorded';
  try {
    for (const grantId of grantIds)
      await onceRecorded(recording, grantId, () => store.grant(grantId), isUnrecorded);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

function isAsWide(scope: Pick<Scope, 'refs' | 'kinds'>, needed: Pick<Scope, 'refs' | 'kinds'>): boolean {
  return needed.kinds.every((kind) => scope.kinds.includes(kind)) && allWithin(needed.refs, scope.refs);
}

function notAskedLines({ body }: Problem): readonly string[] {
  const hint = body.error === 'bad-reason' ? ['say why in SLUICE_REASON, beside SLUICE_WAIT=1'] : [];
  return [`sluice: it was not asked for: ${body.message}`, ...hint];
}
