/** Runs the steps of an operation in their order, for every door: admit, record the start, lend a lease, record the outcome. */

import { type AdmissionNeeds, type Admitted, admit, type Turned, type Unknown } from './admission.ts';
import type { EntryOf } from './audit/entry.ts';
import type { RefUpdate } from './git/ref-update.ts';
import type { Evidence } from './identity/authorization.ts';
import type { OpenOperation } from './operations.ts';
import { openPassage, type Passage, type PassageNeeds } from './passage.ts';
import { type Origin, refusedEntry, type WaitFor } from './recorder.ts';
import { type Begun, createStart, endUnserved, type Started, type StartNeeds } from './start.ts';
import type { Right } from './store/records.ts';

/** A call as any door makes it. */
export interface Call {
  readonly origin: Origin;
  readonly evidence: Evidence;
  /** Canonical name; undefined for a name that cannot be one. */
  readonly repository: string | undefined;
  /** The name as the client wrote it, for the record of a refusal. */
  readonly asWritten: string;
  readonly right: Right;
  /** Version of git's protocol. */
  readonly protocol: number;
  readonly connection: { readonly id: string; readonly closed: Promise<void> };
  readonly requestId: string;
  /** What this request of the operation is: `advertise`, `fetch`, `push`. */
  readonly what: string;
  /** The request whose approval it waited for, refused at first. */
  readonly waitedFor?: string;
}

/** The audit's part in it; each rejects when the entry could not be made durable. */
export interface AuditNeeds {
  record(
    entry: EntryOf<'operation.started' | 'push.commands' | 'push.released' | 'push.settled'>,
  ): Promise<void>;
  /** An entry about what has happened already could not be written. */
  failed(error: unknown): void;
  /** Folded with its likes of the last minute. */
  refused(entry: EntryOf<'operation.refused'>): void;
  /** Nobody known: counted by address and reason. */
  knocked(origin: Origin, reason: string): void;
}

export interface ConductorNeeds
  extends Omit<StartNeeds, 'store' | 'audit'>,
    Pick<
      PassageNeeds,
      'leases' | 'storeGraceMs' | 'idleMs' | 'cutTook' | 'inquire' | 'onStoreTrouble' | 'pause'
    > {
  readonly admission: AdmissionNeeds;
  readonly audit: AuditNeeds;
  /** Takes no new operations while draining. */
  draining(): boolean;
}

/** Why a call did not start though it was allowed. */
export type NotStarted = { readonly kind: 'audit-failed' } | { readonly kind: 'draining' };

export interface Conductor {
  begin(call: Call): Promise<Unknown | Turned | NotStarted | Passage>;
  /**
   * Turns a call away that asks for what no grant opens; it is on record all the same.
   *
   * @param because what goes on record of a call that names no repository, in place of there being none of that name
   */
  turnAway(call: Call, because?: 'service-not-served'): Promise<Unknown | Turned>;
  /** Puts on record that a call that was turned away waited, and stays turned away. */
  gaveUp(call: Call, turned: Turned, waited: WaitFor): void;
}

/** Requests of one operation that its entry lists. */
const exchangesListed = 200;

/** Grants and locks that change at every single try come from no person. */
const triesAtMost = 20;

export function createConductor(needs: ConductorNeeds): Conductor {
  const { admission, audit, book } = needs;
  const { store } = admission;
  const { goOn, stepBack, start } = createStart({ ...needs, store });

  const turnedAway = (
    call: Call,
    turned: Turned,
    updates: readonly RefUpdate[] = [],
    waited?: WaitFor,
  ): Turned => {
    const { who } = turned;
    if (who === undefined) audit.knocked(call.origin, turned.refused.reason);
    else {
      const repository = call.repository ?? call.asWritten;
      audit.refused(refusedEntry({ ...turned, who }, call.origin, repository, call.right, updates, waited));
    }
    return turned;
  };

  const admitted = async (call: Call): Promise<Unknown | Turned | Admitted> => {
    const answer = await admit(admission, call.origin.door, call.evidence, call.repository, call.right, []);
    // A request without a credential is git's normal first knock.
    if (answer.kind === 'unknown' && answer.why !== 'none') audit.knocked(call.origin, answer.why);
    return answer;
  };

  const running = (call: Call, answer: Admitted, started: Started): Passage => {
    const { tenure } = started;
    const { operation, running } = started.begun;
    const exchange: OpenOperation['exchanges'][number] = { id: call.requestId, what: call.what };
    if (operation.exchanges.length < exchangesListed) operation.exchanges.push(exchange);
    return openPassage(
      {
        ...needs,
        store,
        record: (entry) => audit.record(entry),
        auditFailed: (error) => audit.failed(error),
        turnedAway: (turned, updates) => turnedAway(call, turned, updates),
        policy: () => admission.policy(),
      },
      answer,
      operation,
      tenure,
      (progress, status) => {
        exchange.status = status;
        if (call.what === 'push' && progress === 'advertised') operation.pushing = false;
        // Told before the book may end it.
        if (operation.running === 1 && !operation.cut) needs.stillness.rests(operation);
        running.done(progress);
      },
    );
  };

  return {
    async turnAway(call, because) {
      const answer = await admitted(call);
      if (answer.kind === 'unknown') return answer;
      if (answer.kind === 'turned') {
        const isUnnamed = because !== undefined && answer.refused.reason === 'not-in-policy';
        return turnedAway(call, isUnnamed ? { ...answer, refused: { reason: because } } : answer);
      }
      const { who, decision, judged } = answer;
      const refused = { reason: 'service-not-served' } as const;
      return turnedAway(call, { kind: 'turned', refused, who, decision, judged, now: decision.basis.now });
    },
    gaveUp(call, turned, waited) {
      turnedAway(call, turned, [], waited);
    },
    async begin(call) {
      if (needs.draining()) return { kind: 'draining' };
      const ahead = goOn(call);
      let begun: Begun | undefined = ahead;
      for (let tries = 1; ; tries += 1) {
        const answer = await admitted(call).catch((error: unknown) => {
          endUnserved(begun, 'fault');
          throw error;
        });
        if (answer.kind !== 'admitted') {
          if (ahead !== undefined && tries === 1) await stepBack(ahead, call);
          else endUnserved(begun, answer.kind === 'turned' ? answer.refused.reason : 'credential-ended');
          return answer.kind === 'unknown' ? answer : turnedAway(call, answer);
        }
        const started = await start(call, answer, begun, tries === 1 ? ahead?.entering : undefined);
        if (started.kind === 'audit-failed' || started.kind === 'draining') return started;
        ({ begun } = started);
        if (started.kind === 'entered') return running(call, answer, started);
        if (started.kind === 'gone' && tries < triesAtMost) {
          // Another node has recorded its end, or will: this request is a new operation's.
          endUnserved(begun, 'taken-over');
          book.close(begun.operation);
          begun = undefined;
          continue;
        }
        if (started.kind === 'store-away' || tries >= triesAtMost) {
          endUnserved(begun, 'store-unreachable');
          return turnedAway(call, storeAway(admission.now()));
        }
      }
    },
  };
}

function storeAway(now: number): Turned {
  return {
    kind: 'turned',
    refused: { reason: 'store-unreachable' },
    who: undefined,
    decision: undefined,
    judged: undefined,
    now,
  };
}
