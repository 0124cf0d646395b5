/** Runs the steps of an operation in their order, for every door: admit, record the start, lend a lease, record the outcome. */

import { type AdmissionNeeds, type Admitted, admit, type Turned, type Unknown } from './admission.ts';
import type { EntryOf } from './audit/entry.ts';
import type { RefUpdate } from './git/ref-update.ts';
import type { Evidence } from './identity/authorization.ts';
import {
  newOperation,
  type OpenOperation,
  type OperationBook,
  type OperationKey,
  onTheBooks,
} from './operations.ts';
import { openPassage, type Passage, type PassageNeeds, sameIds } from './passage.ts';
import { type Origin, refusedEntry, startedEntry } from './recorder.ts';
import type { Tenure, TenureKeeper } from './relay/tenure.ts';
import type { Stillness } from './stillness.ts';
import type { Right } from './store/records.ts';
import { StoreError } from './store/store-error.ts';

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
  extends Pick<PassageNeeds, 'leases' | 'storeGraceMs' | 'idleMs' | 'inquire' | 'onStoreTrouble' | 'pause'> {
  readonly admission: AdmissionNeeds;
  readonly audit: AuditNeeds;
  readonly book: OperationBook;
  readonly tenure: Pick<TenureKeeper, 'current'>;
  readonly stillness: Pick<Stillness, 'rests' | 'moves'>;
  newOperationId(): string;
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
}

/** Requests of one operation that its entry lists. */
const exchangesListed = 200;

/** Grants and locks that change at every single try come from no person. */
const triesAtMost = 20;

export function createConductor(needs: ConductorNeeds): Conductor {
  const { admission, audit, book } = needs;
  const { store } = admission;

  const turnedAway = (call: Call, turned: Turned, updates: readonly RefUpdate[] = []): Turned => {
    const { who } = turned;
    if (who === undefined) audit.knocked(call.origin, turned.refused.reason);
    else {
      const repository = call.repository ?? call.asWritten;
      audit.refused(
        refusedEntry(
          { ...turned, who },
          call.origin,
          repository,
          call.right,
          admission.policy().hash,
          updates,
        ),
      );
    }
    return turned;
  };

  const admitted = async (call: Call): Promise<Unknown | Turned | Admitted> => {
    const answer = await admit(admission, call.origin.door, call.evidence, call.repository, call.right, []);
    // A request without a credential is git's normal first knock.
    if (answer.kind === 'unknown' && answer.why !== 'none') audit.knocked(call.origin, answer.why);
    return answer;
  };

  /** Counts a request as one of the operation. */
  const begin = (operation: OpenOperation, call: Call): Begun => {
    if (call.what === 'push') operation.pushing = true;
    needs.stillness.moves(operation);
    return { operation, running: book.begin(operation, call.connection) };
  };

  const enter = (operation: OpenOperation, grantIds: readonly string[], seq: number): Entering => ({
    // Taken before the books are asked: whatever silence comes after that, this operation may be another node's.
    tenure: needs.tenure.current(),
    grantIds,
    answer: store.enter(onTheBooks(operation, grantIds), seq, operation.entered ? 'again' : 'first'),
  });

  /** One `exec` of SSH is one operation; over HTTPS it is made of several requests. */
  const joined = (key: OperationKey, call: Call): OpenOperation | undefined =>
    call.origin.door === 'https' ? book.find(key, call.what === 'push') : undefined;

  /**
   * A request that goes on with an operation asks for its place on the books while it is being decided, as it was decided
   * last: one way to the store instead of two, since most of them find nothing changed.
   */
  const goOn = (call: Call): (Begun & { readonly entering: Entering }) | undefined => {
    const key = keyOf(call);
    const operation = key && joined(key, call);
    if (operation?.entered !== true || operation.cut) return undefined;
    const entering = enter(operation, operation.grantIds, operation.decidedAt);
    // Whoever decides looks at it; a refusal does not.
    entering.answer.catch(() => undefined);
    return { ...begin(operation, call), entering };
  };

  /** The request is not one of its operation after all. */
  const stepBack = async (
    { operation, running, entering }: NonNullable<ReturnType<typeof goOn>>,
    call: Call,
  ) => {
    await entering.answer.catch(() => undefined);
    if (call.what === 'push') operation.pushing = false;
    if (operation.running === 1) needs.stillness.rests(operation);
    running.done('advertised');
  };

  /** On the disk and on the store's books, both at once. */
  const start = async (
    call: Call,
    answer: Admitted,
    begun: Begun | undefined,
    ahead: Entering | undefined,
  ): Promise<Started | NotStarted> => {
    const { decision } = answer;
    const key = keyOf(call);
    if (key === undefined) throw new Error('a call was admitted that names no credential or no repository');
    const known = begun?.operation ?? joined(key, call);
    const operation = known ?? operationOf(needs.newOperationId(), key, call, answer);
    if (call.what === 'push') operation.pushing = true;
    const { answer: entering, tenure } =
      ahead !== undefined && sameIds(ahead.grantIds, decision.grantIds)
        ? ahead
        : enter(operation, decision.grantIds, decision.basis.seq);
    const [recorded, entered] = await Promise.allSettled([
      known === undefined
        ? audit.record(startedEntry(operation.id, answer, call.origin, call.protocol))
        : undefined,
      entering,
    ]);
    // An answer that got lost may have been a yes.
    operation.entered ||= entered.status === 'rejected' || entered.value === 'entered';
    if (recorded.status === 'rejected') {
      if (entered.status === 'fulfilled') void store.leave(operation.id).catch(needs.onStoreTrouble);
      return { kind: 'audit-failed' };
    }
    if (known === undefined) book.open(operation);
    const running = begun ?? begin(operation, call);
    if (entered.status === 'fulfilled') return { kind: entered.value, begun: running, tenure };
    if (!(entered.reason instanceof StoreError)) throw entered.reason as Error;
    needs.onStoreTrouble(entered.reason);
    return { kind: 'store-away', begun: running, tenure };
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
      const { who, decision } = answer;
      const refused = { reason: 'service-not-served' } as const;
      return turnedAway(call, { kind: 'turned', refused, who, decision, now: decision.basis.now });
    },
    async begin(call) {
      if (needs.draining()) return { kind: 'draining' };
      const ahead = goOn(call);
      let begun: Begun | undefined = ahead;
      for (let tries = 1; ; tries += 1) {
        const answer = await admitted(call);
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

/** A request that counts as one of its operation. */
interface Begun {
  readonly operation: OpenOperation;
  readonly running: ReturnType<OperationBook['begin']>;
}

/** A place on the store's books that was asked for. */
interface Entering {
  readonly grantIds: readonly string[];
  readonly tenure: Tenure;
  readonly answer: ReturnType<AdmissionNeeds['store']['enter']>;
}

/** `moved`: a grant or a lock changed between the decision and the books. `gone`: the operation is not this node's any more. */
interface Started {
  readonly kind: 'entered' | 'moved' | 'gone' | 'store-away';
  readonly begun: Begun;
  readonly tenure: Tenure;
}

/** An operation that is on record and is not served after all. */
function endUnserved(begun: Begun | undefined, reason: string): void {
  if (begun === undefined) return;
  begun.operation.outcome ??= { outcome: 'refused', reason };
  begun.running.done('advertised');
}

function storeAway(now: number): Turned {
  return {
    kind: 'turned',
    refused: { reason: 'store-unreachable' },
    who: undefined,
    decision: undefined,
    now,
  };
}

/** Undefined for a call that cannot be of any operation: it names no credential, or no repository. */
function keyOf({ evidence, repository, right, connection, origin }: Call): OperationKey | undefined {
  if (evidence.kind !== 'credential' || repository === undefined) return undefined;
  return {
    credentialHash: evidence.hash,
    repository,
    right,
    connectionId: connection.id,
    address: origin.address.address,
  };
}

function operationOf(id: string, key: OperationKey, call: Call, { decision, who }: Admitted): OpenOperation {
  return newOperation({
    id,
    key,
    door: call.origin.door,
    principalId: who.principal.id,
    credentialId: who.credential.id,
    openedAt: decision.basis.now,
    grantIds: decision.grantIds,
    decidedAt: decision.basis.seq,
    endsAt: decision.endsAt,
  });
}
