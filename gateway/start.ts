/** A request's start: on the disk and on the store's books, as one of an operation that goes on or as the first of a new one. */
import type { AdmissionNeeds, Admitted } from './admission.ts';
import type { AuditNeeds, Call, NotStarted } from './conductor.ts';
import {
  newOperation,
  type OpenOperation,
  type OperationBook,
  type OperationKey,
  onTheBooks,
} from './operations.ts';
import { sameIds } from './passage.ts';
import { startedEntry } from './recorder.ts';
import type { Tenure, TenureKeeper } from './relay/tenure.ts';
import type { Stillness } from './stillness.ts';
import { StoreError } from './store/store-error.ts';

export interface StartNeeds {
  readonly store: Pick<AdmissionNeeds['store'], 'enter' | 'leave'>;
  readonly audit: Pick<AuditNeeds, 'record'>;
  readonly book: OperationBook;
  readonly tenure: Pick<TenureKeeper, 'current'>;
  readonly stillness: Pick<Stillness, 'rests' | 'moves'>;
  newOperationId(): string;
  readonly onStoreTrouble: (error: unknown) => void;
}

/** A request that counts as one of its operation. */
export interface Begun {
  readonly operation: OpenOperation;
  readonly running: ReturnType<OperationBook['begin']>;
}

/** A place on the store's books that was asked for. */
export interface Entering {
  readonly grantIds: readonly string[];
  readonly tenure: Tenure;
  readonly answer: ReturnType<AdmissionNeeds['store']['enter']>;
}

/** `moved`: a grant or a lock changed between the decision and the books. `gone`: the operation is not this node's any more. */
export interface Started {
  readonly kind: 'entered' | 'moved' | 'gone' | 'store-away';
  readonly begun: Begun;
  readonly tenure: Tenure;
}

/** A request that asked ahead for its place on the books. */
export interface Ahead extends Begun {
  readonly entering: Entering;
}

export interface Start {
  /**
   * A request that goes on with an operation asks for its place on the books while it is being decided, as it was decided
   * last: one way to the store instead of two, since most of them find nothing changed. Undefined for one that begins anew.
   */
  goOn(call: Call): Ahead | undefined;
  /** The request is not one of its operation after all. */
  stepBack(ahead: Ahead, call: Call): Promise<void>;
  /** On the disk and on the store's books, both at once. */
  start(
    call: Call,
    answer: Admitted,
    begun: Begun | undefined,
    ahead: Entering | undefined,
  ): Promise<Started | NotStarted>;
}

export function createStart(needs: StartNeeds): Start {
  const { store, audit, book } = needs;

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

  const goOn = (call: Call): Ahead | undefined => {
    const key = keyOf(call);
    const operation = key && joined(key, call);
    if (operation?.entered !== true || operation.cut) return undefined;
    const entering = enter(operation, operation.grantIds, operation.decidedAt);
    // Whoever decides looks at it; a refusal does not.
    entering.answer.catch(() => undefined);
    return { ...begin(operation, call), entering };
  };

  const stepBack = async ({ operation, running, entering }: Ahead, call: Call): Promise<void> => {
    await entering.answer.catch(() => undefined);
    if (call.what === 'push') operation.pushing = false;
    if (operation.running === 1) needs.stillness.rests(operation);
    running.done('advertised');
  };

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
        ? audit.record(startedEntry(operation.id, answer, call.origin, call.protocol, call.waitedFor))
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

  return { goOn, stepBack, start };
}

/** An operation that is on record and is not served after all. */
export function endUnserved(begun: Begun | undefined, reason: string): void {
  if (begun === undefined) return;
  begun.operation.outcome ??= { outcome: 'refused', reason };
  begun.running.done('advertised');
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
